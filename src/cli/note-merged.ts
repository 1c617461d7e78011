import type { Git } from '../git/git.ts';
import type { Journal } from '../journal/journal.ts';
import type { IssueRef } from '../model/issue.ts';
import { foldRun } from '../model/fold-run.ts';

/**
 * Reconciles a run with its base before anything is decided: a task whose work stands in the base is merged, by whatever
 * hand and in whatever way.
 */
export async function noteMerged(order: {
  readonly journal: Journal;
  readonly issue: IssueRef;
  /** Git in the forge's repository, which has the branches and the base. */
  readonly git: Git;
  readonly base: string;
}): Promise<void> {
  const { journal, git, base } = order;
  const run = journal.findRun(order.issue);
  const state = run === null ? null : foldRun(journal.read(run, 0));
  if (run === null || state === null) return;
  for (const { ordinal, status, pushedHead } of state.tasks) {
    if (status !== 'completed' || pushedHead === null) continue;
    if (await isContained(git, pushedHead, base))
      journal.append(run, { type: 'task-merged', task: ordinal, base });
  }
}

/** Whether merging a commit would change nothing: it was merged, squashed or rebased into the base. */
async function isContained(git: Git, commit: string, base: string): Promise<boolean> {
  if ((await git.probe(['merge-base', '--is-ancestor', commit, base])).code === 0) return true;
  const merged = await git.probe(['merge-tree', '--write-tree', base, commit]);
  const tree = await git.probe(['rev-parse', '--verify', `${base}^{tree}`]);
  return merged.code === 0 && tree.code === 0 && merged.stdout.trim() === tree.stdout.trim();
}
