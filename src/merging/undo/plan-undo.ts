import type { Forge } from '../../forge/forge.ts';
import { isInHistory } from '../../git/ancestry.ts';
import { listNamedCommits, type NamedCommit } from '../../git/commits.ts';
import type { Git, GitIdentity } from '../../git/git.ts';
import type { JournalEvent } from '../../model/event/event.ts';
import { displayIssue } from '../../model/issue/issue.ts';
import type { RunState } from '../../model/state/run-state.ts';
import type { TaskState } from '../../model/state/task-state.ts';
import type { UndoState } from '../../model/state/undo-state.ts';
import { UserError, type NotUndone } from '../../model/user-error.ts';
import { findLaterWork } from './later-work.ts';
import { findMergedAs, type BroughtCommit, type MergedAs } from './merged-as.ts';
import { revertCommits } from './revert-commits.ts';

/** What planning an undo needs. */
export type UndoParams = {
  readonly state: RunState;
  /** All events of the run. */
  readonly events: readonly JournalEvent[];
  readonly forge: Pick<Forge, 'pullRequestState' | 'reviews'>;
  /** Git in a repository that has the base and the branches; the commits that revert are made there. */
  readonly git: Git;
  /** The base as the forge has it. */
  readonly base: string;
  readonly identity: GitIdentity;
  /** The tasks to undo; empty: all that are merged. */
  readonly ordinals: readonly number[];
};

/** A pull request that an undo makes. */
export type PlannedUndo = Pick<UndoState, 'key' | 'branch' | 'tasks'> & {
  readonly base: string;
  /** The head of its branch. */
  readonly head: string;
  /** What it reverts, the newest first. */
  readonly commits: readonly RevertedCommit[];
  /** Merged tasks that start from the branch of one that is undone, and stay. */
  readonly standing: readonly number[];
};

/** A commit of the base that is reverted, as people see it. */
export type RevertedCommit = NamedCommit & { readonly task: number };

/** What an undo comes to, before anything is published. */
export type UndoPlan = {
  readonly planned: readonly PlannedUndo[];
  /** Pull requests of earlier calls that are still open, and undo what is asked for. */
  readonly open: readonly UndoState[];
  /** Tasks that are left out, and why. */
  readonly left: readonly NotUndone[];
};

/**
 * Finds what a request to undo comes to: what is open already, and a pull request for the rest. One that an earlier call was
 * killed over is made first. Throws a `UserError` where a task cannot be undone, or nothing is left to undo.
 */
export async function planUndo(params: UndoParams): Promise<UndoPlan> {
  const { state, ordinals } = params;
  const asked = askedTasks(state, ordinals);
  const open = await findOpen(params, asked);
  const isOpen = (ordinal: number): boolean => open.some(({ tasks }) => tasks.includes(ordinal));
  const pending = state.undos.filter(
    ({ published, tasks }) =>
      published === null && tasks.some((one) => asked.includes(one) && !isOpen(one)),
  );
  const begun = new Set(pending.flatMap(({ tasks }) => tasks));
  const rest = asked.filter((ordinal) => !isOpen(ordinal) && !begun.has(ordinal));
  const groups = [...pending, ...(rest.length > 0 ? [{ ...nextName(state), tasks: rest }] : [])];
  const merged = await findMergedAs(params, state.tasks.filter(isMerged));
  const planned: PlannedUndo[] = [];
  const left: NotUndone[] = [];
  for (const group of groups) {
    const answer = await planOne(params, { group, merged });
    left.push(...answer.left);
    if (answer.undo !== null) planned.push(answer.undo);
  }
  if (planned.length === 0 && open.length === 0)
    throw new UserError({ code: 'cannot-undo', branch: state.base.branch, tasks: left });
  return { planned, open, left };
}

function isMerged({ status }: TaskState): boolean {
  return status === 'merged';
}

/** The ordinals that are asked for. Throws a `UserError` when one of them is none, or is not merged. */
function askedTasks({ tasks, base }: RunState, ordinals: readonly number[]): readonly number[] {
  const known = tasks.map(({ ordinal }) => ordinal);
  const missing = ordinals.filter((ordinal) => !known.includes(ordinal));
  if (missing.length > 0)
    throw new UserError({ code: 'no-such-task-in-run', ordinals: missing, known });
  const isAsked = ({ ordinal, status }: TaskState): boolean =>
    ordinals.length === 0 ? status === 'merged' : ordinals.includes(ordinal);
  const asked = tasks.filter(isAsked);
  const others = asked.filter((task) => !isMerged(task));
  if (others.length > 0 || asked.length === 0)
    throw new UserError({
      ...{ code: 'cannot-undo', branch: base.branch },
      tasks: others.map(({ ordinal, status }) => ({ ordinal, why: 'not-merged' as const, status })),
    });
  return asked.map(({ ordinal }) => ordinal);
}

/** What undoes some tasks and waits to be merged: the pull request is open, and the base has no commit of it. */
async function findOpen(
  { state, forge, git, base }: UndoParams,
  asked: readonly number[],
): Promise<readonly UndoState[]> {
  const about = state.undos.filter(({ tasks }) => tasks.some((one) => asked.includes(one)));
  const numbers = about.flatMap(({ published }) => published?.pullRequest.number ?? []);
  if (numbers.length === 0) return [];
  const reviews = await forge.reviews(numbers);
  const open: UndoState[] = [];
  for (const undo of about) {
    if (undo.published === null) continue;
    const { pullRequest, head } = undo.published;
    const isOpen = reviews.some((one) => one.number === pullRequest.number && one.state === 'open');
    // On the local forge, people merge it by hand.
    if (isOpen && !(await isInHistory(git, head, base))) open.push(undo);
  }
  return open;
}

/** A name for one more undo of a run. Its branch lies in no folder, where a branch of the user's could be in the way. */
function nextName({ run, undos }: RunState): Pick<UndoState, 'key' | 'branch'> {
  const number = undos.length + 1;
  return { key: `flotilla:undo:${run}:${number}`, branch: `undo-${run}-${number}` };
}

type Group = Pick<UndoState, 'key' | 'branch' | 'tasks'>;

async function planOne(
  params: UndoParams,
  asked: { readonly group: Group; readonly merged: ReadonlyMap<number, MergedAs> },
): Promise<{ readonly undo: PlannedUndo | null; readonly left: readonly NotUndone[] }> {
  const { git, base, identity, state } = params;
  const { group, merged } = asked;
  const unclear = group.tasks.filter((task) => merged.get(task)?.kind === 'unclear');
  if (unclear.length > 0)
    throw new UserError({
      ...{ code: 'cannot-undo', branch: state.base.branch },
      tasks: unclear.map((ordinal) => ({ ordinal, why: 'unclear' as const })),
    });
  const brought = group.tasks.flatMap((task) => {
    const answer = merged.get(task);
    return answer?.kind === 'known' ? answer.commits : [];
  });
  const answer = await revertCommits(git, { base, commits: brought, identity });
  if (answer.kind === 'conflicted') {
    const { commit, files } = answer;
    const later = await findLaterWork(git, { commit, files, base, merged, undone: group.tasks });
    const [named] = await asNamed(git, [commit]);
    throw new UserError({
      ...{ code: 'undo-conflicts', issue: displayIssue(state.issue), branch: state.base.branch },
      ...{ tasks: group.tasks, ordinal: commit.task, sha: commit.sha, files },
      ...{ subject: named?.subject ?? '', isMerge: commit.isMerge, later },
    });
  }
  const { head, commits } = answer;
  const undone = group.tasks.filter((task) => commits.some((commit) => commit.task === task));
  const left = group.tasks
    .filter((task) => !undone.includes(task))
    .map((ordinal): NotUndone => {
      const isGone = merged.get(ordinal)?.kind === 'gone';
      return { ordinal, why: isGone ? 'gone' : 'undone', ...undoneBy(state, ordinal) };
    });
  if (undone.length === 0) return { undo: null, left };
  const { key, branch } = group;
  const standing = standingOn(state, undone);
  const named = await asNamed(git, commits);
  return { undo: { key, branch, tasks: undone, base, head, commits: named, standing }, left };
}

/** The pull request that undid a task, as far as the run knows one. */
function undoneBy({ undos }: RunState, ordinal: number): { readonly number?: number } {
  const known = undos.findLast(({ tasks, published }) => published && tasks.includes(ordinal));
  const number = known?.published?.pullRequest.number;
  return number === undefined ? {} : { number };
}

async function asNamed(git: Git, commits: readonly BroughtCommit[]): Promise<RevertedCommit[]> {
  const named = commits.map(async ({ task, sha, before }) => {
    const [found] = await listNamedCommits(git, { base: before, head: sha, most: 1 });
    return { task, sha, subject: found?.subject ?? '' };
  });
  return Promise.all(named);
}

/** Merged tasks that stay, and start from the branch of one that goes. */
function standingOn({ plan, tasks }: RunState, undone: readonly number[]): readonly number[] {
  return tasks
    .filter(({ ordinal, status }) => status === 'merged' && !undone.includes(ordinal))
    .filter(({ ordinal, stackedOn }) => {
      const below = plan?.tasks.find((task) => task.ordinal === ordinal)?.stackOn;
      return [stackedOn?.on, below].some((one) => one != null && undone.includes(one));
    })
    .map(({ ordinal }) => ordinal);
}
