import { findMergeBase } from '../git/ancestry.ts';
import type { Git } from '../git/git.ts';
import type { RunRecord } from '../services/run-record.ts';
import type { Mergeable } from '../trial/order/plan-train.ts';

/** Branches by whether they have a commit in common with the base, which its owner may have rewritten from the first on. */
export async function divideByBase(
  git: Git,
  base: string,
  branches: readonly Mergeable[],
): Promise<{ readonly related: Mergeable[]; readonly unrelated: Mergeable[] }> {
  const forks = await Promise.all(branches.map(({ head }) => findMergeBase(git, base, head)));
  const isRelated = (_branch: Mergeable, at: number): boolean => (forks[at] ?? null) !== null;
  return {
    related: branches.filter(isRelated),
    unrelated: branches.filter((branch, at) => !isRelated(branch, at)),
  };
}

/** Records that branches without a common history with the base are not merged. */
export function leaveUnrelated(record: RunRecord, branches: readonly Mergeable[]): void {
  const message =
    'it has no commit in common with the base, which was rewritten from its first commit on';
  for (const { task } of branches)
    if (record.task(task).left?.message !== message)
      record.record({ type: 'merge-left', task, reason: 'conflict', message, with: [], files: [] });
}
