import { isInHistory } from '../../git/ancestry.ts';
import { mergedTree } from '../../git/combine-commits.ts';
import type { Forge } from '../../forge/forge.ts';
import type { Git } from '../../git/git.ts';
import { findRevision } from '../../git/refs.ts';
import type { Journal } from '../../journal/journal.ts';
import type { IssueRef } from '../../model/issue/issue.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import { concludeMerged } from '../../orchestration/publish/conclude-merged.ts';
import type { RunState } from '../../model/state/run-state.ts';

/**
 * Reconciles a run with its base before anything is decided: a task whose work is in the base is merged, by whatever
 * hand and in whatever way; and so is one whose pull request the forge knows to be merged, even if the base has moved
 * since. What follows from merges is done if nobody did it.
 */
export async function noteMerged(params: {
  readonly journal: Journal;
  readonly issue: IssueRef;
  /** Git in the forge's repository, which has the branches and the base. */
  readonly git: Git;
  readonly base: string;
  readonly forge: Forge;
}): Promise<void> {
  const { journal, git, base, forge } = params;
  const run = journal.findRun(params.issue);
  const state = run === null ? null : foldRun(journal.read(run, 0));
  if (run === null || state === null) return;
  const merged = await mergedOnForge(state, forge);
  for (const { ordinal, status, pushedHead, pullRequest } of state.tasks) {
    if (status !== 'completed' || pushedHead === null) continue;
    const isTold = pullRequest !== null && merged.includes(pullRequest.number);
    if (isTold || (await isContained(git, pushedHead, base)))
      journal.append(run, { type: 'task-merged', task: ordinal, base });
  }
  const now = (): RunState => foldRun(journal.read(run, 0)) ?? state;
  await concludeMerged({ forge, state: now, record: (event) => journal.append(run, event) });
}

/** The pull requests that the forge knows to be merged. */
async function mergedOnForge({ tasks, base }: RunState, forge: Forge): Promise<readonly number[]> {
  const open = tasks.filter(({ status }) => status === 'completed');
  const numbers = open.flatMap(({ pullRequest }) => pullRequest?.number ?? []);
  return numbers.length === 0 ? [] : forge.mergedPulls({ numbers, into: base.branch });
}

/** Whether merging a commit would change nothing: it was merged, squashed or rebased into the base. */
async function isContained(git: Git, commit: string, base: string): Promise<boolean> {
  if (await isInHistory(git, commit, base)) return true;
  const merged = await mergedTree(git, base, commit);
  const tree = await findRevision(git, `${base}^{tree}`);
  return merged !== null && merged === tree;
}
