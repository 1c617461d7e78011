import type { Forge } from '../forge/forge.ts';
import { findMergeBase } from '../git/ancestry.ts';
import type { Git } from '../git/git.ts';
import type { RunRecord } from '../services/run-record.ts';
import type { Services } from '../services/run-services.ts';
import { findMergeable, type Aboard, type Mergeable } from '../trial/order/plan-train.ts';

export type FindParams = {
  readonly forge: Pick<Forge, 'fetch'>;
  /** Of a merge repository, which has all the commits. */
  readonly git: Git;
  /** What a train has or had. */
  readonly aboard: readonly Aboard[];
};

export type FoundBranches = {
  /** The base's commit as it is now. */
  readonly base: string;
  readonly branches: readonly Mergeable[];
};

/** The branches that can be merged now; one that has nothing in common with the base is written down as left. */
export async function findBranches(
  { record, workspaces }: Services<'record' | 'workspaces'>,
  { forge, git, aboard }: FindParams,
): Promise<FoundBranches> {
  const { clone } = workspaces;
  const { branch } = record.state().base;
  const base = await forge.fetch({ into: clone, branch, to: `refs/flotilla/base/${branch}` });
  const all = await findMergeable(git, record.state(), aboard);
  const { related, unrelated } = await divideByBase(clone.git, base, all);
  leaveUnrelated(record, unrelated);
  return { base, branches: related };
}

/** Branches by whether they have a commit in common with the base, which its owner may have rewritten from the first on. */
async function divideByBase(
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
function leaveUnrelated(record: RunRecord, branches: readonly Mergeable[]): void {
  const message =
    'it has no commit in common with the base, which was rewritten from its first commit on';
  for (const { task } of branches)
    if (record.task(task).left?.message !== message)
      record.record({ type: 'merge-left', task, reason: 'conflict', message, with: [], files: [] });
}
