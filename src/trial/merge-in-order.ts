import { commitTree } from '../git/commits.ts';
import { listPathsSince } from '../git/diffs.ts';
import type { Git, GitIdentity } from '../git/git.ts';
import type { FinishedBranch, LeftBranch } from '../model/merge/union.ts';
import type { SettleByRule } from './settle-by-rule.ts';
import { tryMerge, tryMerges, type MergeTrial } from './try-merges.ts';

export type MergeInOrder = {
  /** Of a merge repository, whose attributes say how files merge. */
  readonly git: Git;
  readonly identity: GitIdentity;
  readonly base: string;
  readonly branches: readonly FinishedBranch[];
  /** Settles conflicts that a rule can; left out: none. */
  readonly settle?: SettleByRule;
};

/** Branches merged one after another, without a work tree. */
export type MergedBranches = {
  /** Holds all that merged. */
  readonly commit: string;
  readonly merged: readonly FinishedBranch[];
  readonly left: readonly LeftBranch[];
};

/** Merges what merges, in the order given; whatever conflicts with what went before it, or needs what was left, is left. */
export async function mergeInOrder(order: MergeInOrder): Promise<MergedBranches> {
  const merged: FinishedBranch[] = [];
  const left: LeftBranch[] = [];
  let commit = order.base;
  for (const branch of order.branches) {
    const missing = left.map(({ task }) => task).filter((task) => branch.after.includes(task));
    if (missing.length > 0) {
      left.push({
        task: branch.task,
        reason: 'needs',
        with: missing,
        isWithBase: false,
        files: [],
      });
      continue;
    }
    const trial = await tryMerge(order.git, { ours: commit, theirs: branch.head });
    const settled = trial.kind === 'clean' ? trial : ((await order.settle?.(trial)) ?? null);
    if (settled !== null) {
      commit = await commitMerge(order, { ours: commit, branch, tree: settled.tree });
      merged.push(branch);
    } else left.push(await blame(order, { branch, merged, trial }));
  }
  return { commit, merged, left };
}

/** With the same branches it is the same commit: nothing is judged twice. */
async function commitMerge(
  { git, identity }: MergeInOrder,
  order: { readonly ours: string; readonly branch: FinishedBranch; readonly tree: string },
): Promise<string> {
  const { ours, branch, tree } = order;
  const date = '2000-01-01T00:00:00Z';
  const message = `Merge task ${branch.task}`;
  return commitTree(git, { tree, parents: [ours, branch.head], message, identity, date });
}

type Blame = {
  readonly branch: FinishedBranch;
  readonly merged: readonly FinishedBranch[];
  readonly trial: MergeTrial;
};

/** Says with whom a branch conflicts: each one is tried alone. */
async function blame(order: MergeInOrder, { branch, merged, trial }: Blame): Promise<LeftBranch> {
  const theirs = branch.head;
  const [withBase, ...others] = await tryMerges(
    order.git,
    [order.base, ...merged.map(({ head }) => head)].map((ours) => ({ ours, theirs })),
  );
  const isWithBase = withBase?.kind !== 'clean';
  const alone = merged.filter((_, index) => others[index]?.kind !== 'clean');
  const files = trial.kind === 'conflicted' ? trial.files : [];
  const paths = new Set(files.map(({ path }) => path));
  // What conflicts only with several together is blamed on those that touch the same files.
  const suspects =
    alone.length > 0 || isWithBase ? alone : await touching(order, { merged, paths });
  return {
    task: branch.task,
    reason: 'conflict',
    with: suspects.map(({ task }) => task),
    isWithBase,
    files,
  };
}

async function touching(
  { git, base }: MergeInOrder,
  order: { readonly merged: readonly FinishedBranch[]; readonly paths: ReadonlySet<string> },
): Promise<FinishedBranch[]> {
  const touches = await Promise.all(
    order.merged.map(async ({ head }) => {
      const changed = await listPathsSince(git, base, head);
      return changed.some((path) => order.paths.has(path));
    }),
  );
  const found = order.merged.filter((_, index) => touches[index]);
  return found.length > 0 ? found : [...order.merged];
}
