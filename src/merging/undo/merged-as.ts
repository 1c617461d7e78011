import type { Forge, PullRequestState } from '../../forge/forge.ts';
import { findOwnCommits, isInHistory, listLineSince, listParents } from '../../git/ancestry.ts';
import { readMarks } from '../../git/commits.ts';
import type { Git } from '../../git/git.ts';
import { findRevision } from '../../git/refs.ts';
import type { JournalEvent } from '../../model/event/event.ts';
import type { TaskState } from '../../model/state/task-state.ts';
import { UserError } from '../../model/user-error.ts';

/** One commit of the base that a task's merge brought, and what it is compared with. */
export type BroughtCommit = {
  readonly task: number;
  readonly sha: string;
  /** Its parent; of a merge, the base before it. */
  readonly before: string;
  readonly isMerge: boolean;
};

/** By which commits a task came into the base. */
export type MergedAs =
  /** The newest first. */
  | { readonly kind: 'known'; readonly commits: readonly BroughtCommit[] }
  /** The base, which somebody has rewritten, has them no more. */
  | { readonly kind: 'gone' }
  /** The base has its work, and nobody can say by which commits. */
  | { readonly kind: 'unclear' };

export type MergedAsParams = {
  /** Git in a repository that has the base and the branches. */
  readonly git: Git;
  readonly base: string;
  /** All events of the run. */
  readonly events: readonly JournalEvent[];
  readonly forge: Pick<Forge, 'pullRequestState'>;
};

const unclear: MergedAs = { kind: 'unclear' };

/**
 * Finds the commits by which merged tasks came into the base, by their ordinals: a merge, a squash, or as many as a rebase
 * made. Git is asked and not the settings, for the forge, or a person, may have merged in another way.
 */
export async function findMergedAs(
  params: MergedAsParams,
  tasks: readonly TaskState[],
): Promise<ReadonlyMap<number, MergedAs>> {
  const places = new Map<number, Where>();
  for (const task of tasks) places.set(task.ordinal, await whereMerged(params, task));
  const answers = new Map<number, MergedAs>();
  for (const task of tasks) {
    const others = [...places].filter(([ordinal]) => ordinal !== task.ordinal);
    const ends = new Set(others.flatMap(([, { sha }]) => sha ?? []));
    const where = places.get(task.ordinal) ?? nowhere;
    answers.set(task.ordinal, await mergedAs(params, { task, where, ends }));
  }
  return answers;
}

type Asked = {
  readonly task: TaskState;
  readonly where: Where;
  /** The newest commits of the other merged tasks: what is below one of them is not this task's. */
  readonly ends: ReadonlySet<string>;
};

async function mergedAs(params: MergedAsParams, asked: Asked): Promise<MergedAs> {
  const { git, base } = params;
  const { task, where } = asked;
  const { head, sha } = where;
  if (sha === null || head === null) return unclear;
  if ((await findRevision(git, `${sha}^{commit}`)) === null) return { kind: 'gone' };
  if (!(await isInHistory(git, sha, base))) return { kind: 'gone' };
  const parents = await listParents(git, sha);
  const [before] = parents;
  if (before === undefined) return unclear;
  const { ordinal } = task;
  if (parents.length > 1) {
    // Of any other commit with two parents, the first is not the base.
    const isMerge = sha !== head && parents.length === 2 && !(await isInHistory(git, head, before));
    const commit = { task: ordinal, sha, before, isMerge: true };
    return isMerge ? { kind: 'known', commits: [commit] } : unclear;
  }
  const shas = await (sha === head ? ownLine(git, asked, sha) : rebased(git, asked, { head, sha }));
  return shas === null ? unclear : { kind: 'known', commits: await asBrought(git, ordinal, shas) };
}

type Where = {
  /** The branch as it was merged; null: nobody knows. */
  readonly head: string | null;
  /** The newest commit that the merge brought; null: nobody knows. */
  readonly sha: string | null;
  /** The base before it, where that is known. */
  readonly onto: string | null;
};

const nowhere: Where = { head: null, sha: null, onto: null };

async function whereMerged(params: MergedAsParams, task: TaskState): Promise<Where> {
  const { git, base, events, forge } = params;
  const { ordinal, pullRequest, pushedHead } = task;
  const done = events.findLast((one) => one.type === 'merge-done' && one.task === ordinal);
  const intended = intentionOf(events, ordinal);
  if (done?.type === 'merge-done' && done.by === 'us' && intended !== null)
    return { head: intended.head, sha: done.sha, onto: intended.base };
  const asked = pullRequest === null ? null : await stateOfPull(forge, pullRequest.number);
  const head = asked?.head ?? pushedHead;
  const sha = done?.type === 'merge-done' ? done.sha : (asked?.mergedAs ?? null);
  if (sha !== null || head === null) return { head, sha, onto: null };
  return { head, sha: await whereTaken(git, head, base), onto: null };
}

function intentionOf(
  events: readonly JournalEvent[],
  ordinal: number,
): { readonly head: string; readonly base: string } | null {
  const event = events.findLast((one) => one.type === 'merge-intended' && one.task === ordinal);
  return event?.type === 'merge-intended' ? event : null;
}

/** How the forge has it; null where it has it no more. */
async function stateOfPull(
  forge: MergedAsParams['forge'],
  number: number,
): Promise<PullRequestState | null> {
  try {
    return await forge.pullRequestState(number);
  } catch (error) {
    if (error instanceof UserError && error.problem.code === 'forge') return null;
    throw error;
  }
}

/** The commit of the base that a branch came with, where somebody merged it by hand; null when it is not in its history. */
async function whereTaken(git: Git, head: string, base: string): Promise<string | null> {
  if (head === base) return head;
  if (!(await isInHistory(git, head, base))) return null;
  const [first] = await listLineSince(git, head, base);
  if (first === undefined) return null;
  // On the base's own line, it is the end of what came.
  return (await listParents(git, first))[0] === head ? head : first;
}

/** The commits of a branch that is itself a piece of the base's line, the newest first; null: it cannot be said. */
async function ownLine(
  git: Git,
  { task, where: { onto }, ends }: Asked,
  sha: string,
): Promise<string[] | null> {
  const brought = onto === null ? null : await findOwnCommits(git, onto, sha);
  const known = new Set(brought ?? task.commits.map((commit) => commit.sha));
  const line: string[] = [];
  for (let at: string | undefined = sha; at !== undefined && known.has(at);) {
    if (ends.has(at)) break;
    const parents: string[] = await listParents(git, at);
    if (parents.length !== 1) return null;
    line.push(at);
    [at] = parents;
  }
  return line.length === 0 ? null : line;
}

/** The commits that a rebase made of a branch's, the newest first; or the one that a squash made; null: it cannot be said. */
async function rebased(
  git: Git,
  { where: { onto }, ends }: Asked,
  { head, sha }: { readonly head: string; readonly sha: string },
): Promise<string[] | null> {
  const own = await findOwnCommits(git, sha, head);
  if (own === null) return null;
  const line: string[] = [];
  let at = sha;
  for (const { mark } of await readMarks(git, own)) {
    if (at === onto || ends.has(at)) break;
    // One that the base had already was left out.
    if ((await readMarks(git, [at]))[0]?.mark !== mark) continue;
    line.push(at);
    const [parent] = await listParents(git, at);
    if (parent === undefined) return null;
    at = parent;
  }
  return line.length === 0 ? [sha] : line;
}

async function asBrought(
  git: Git,
  task: number,
  shas: readonly string[],
): Promise<BroughtCommit[]> {
  const brought = shas.map(async (sha) => {
    const [before = sha] = await listParents(git, sha);
    return { task, sha, before, isMerge: false };
  });
  return Promise.all(brought);
}
