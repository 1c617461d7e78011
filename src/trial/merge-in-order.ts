import { commitTree } from '../git/commits.ts';
import { listPathsSince } from '../git/diffs.ts';
import type { Git, GitIdentity } from '../git/git.ts';
import type { FinishedBranch, LeftBranch } from '../model/merge/union.ts';
import type { SettleByRule } from './settle-by-rule.ts';
import { tryMerge, tryMerges, type MergeTrial } from './try-merges.ts';

export type MergeInParams = {
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
export async function mergeInOrder(params: MergeInParams): Promise<MergedBranches> {
  const merged: FinishedBranch[] = [];
  const left: LeftBranch[] = [];
  let commit = params.base;
  for (const branch of params.branches) {
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
    const trial = await tryMerge(params.git, { ours: commit, theirs: branch.head });
    const settled = trial.kind === 'clean' ? trial : ((await params.settle?.(trial)) ?? null);
    if (settled !== null) {
      commit = await commitMerge(params, { ours: commit, branch, tree: settled.tree });
      merged.push(branch);
    } else left.push(await blame(params, { branch, merged, trial }));
  }
  return { commit, merged, left };
}

/** With the same branches it is the same commit: nothing is judged twice. */
async function commitMerge(
  { git, identity }: MergeInParams,
  params: { readonly ours: string; readonly branch: FinishedBranch; readonly tree: string },
): Promise<string> {
  const { ours, branch, tree } = params;
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
async function blame(params: MergeInParams, { branch, merged, trial }: Blame): Promise<LeftBranch> {
  const theirs = branch.head;
  const [withBase, ...others] = await tryMerges(
    params.git,
    [params.base, ...merged.map(({ head }) => head)].map((ours) => ({ ours, theirs })),
  );
  const isWithBase = withBase?.kind !== 'clean';
  const alone = merged.filter((_, index) => others[index]?.kind !== 'clean');
  const files = trial.kind === 'conflicted' ? trial.files : [];
  const paths = new Set(files.map(({ path }) => path));
  // What conflicts only with several together is blamed on those that touch the same files.
  const suspects =
    alone.length > 0 || isWithBase ? alone : await touching(params, { merged, paths });
  return {
    task: branch.task,
    reason: 'conflict',
    with: suspects.map(({ task }) => task),
    isWithBase,
    files,
  };
}

async function touching(
  { git, base }: MergeInParams,
  params: { readonly merged: readonly FinishedBranch[]; readonly paths: ReadonlySet<string> },
): Promise<FinishedBranch[]> {
  const touches = await Promise.all(
    params.merged.map(async ({ head }) => {
      const changed = await listPathsSince(git, base, head);
      return changed.some((path) => params.paths.has(path));
    }),
  );
  const found = params.merged.filter((_, index) => touches[index]);
  return found.length > 0 ? found : [...params.merged];
}
