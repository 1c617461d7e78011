import { findMergeBase, isInHistory, mergeBase } from '../../git/ancestry.ts';
import { replayCommits } from '../../git/combine-commits.ts';
import { makeCommit } from '../../git/commits.ts';
import type { Git, GitIdentity } from '../../git/git.ts';
import { resolveTrees } from '../../git/refs.ts';
import type { ConflictedFile } from '../../model/merge/conflict.ts';
import type { CarState, TrainState } from '../../model/merge/train.ts';
import type { SettleByRule } from '../../trial/settle-by-rule.ts';
import { tryMerge } from '../../trial/try-merges.ts';

export type UpdateParams = {
  /** Of a merge repository, which has all the commits. */
  readonly git: Git;
  readonly identity: GitIdentity;
  readonly train: TrainState;
  readonly car: CarState;
  /** The base's commit. */
  readonly onto: string;
  readonly settle: SettleByRule;
};

/** What came of bringing a branch up to the base. */
export type Update =
  | {
      readonly kind: 'updated';
      readonly head: string;
      /** Files that conflicted and were made again by a rule. */
      readonly byRule: readonly string[];
    }
  | {
      readonly kind: 'conflicted';
      /** The branch, as far as it could be brought: merging the base into it conflicts. */
      readonly head: string;
      readonly files: readonly ConflictedFile[];
    };

/** Brings a branch up to the base: rebased when it will be merged so, otherwise by merging the base into it. */
export async function updateBranch(params: UpdateParams): Promise<Update> {
  const { git, car, onto, train } = params;
  if (await isInHistory(git, onto, car.head)) return updated(car.head);
  if (train.method === 'rebase') {
    const from = await forkOf(params);
    const head = await replayCommits(git, { ...params, from, head: car.head });
    if (head !== null) return updated(head);
  }
  let { head } = car;
  for (const below of await squashedBelow(params)) {
    const step = await mergeIn(params, { head, theirs: below.head, parent: below.sha });
    // What was merged of the one below may differ from its branch: then the base shows what it is.
    if (step.kind === 'updated') head = step.head;
  }
  if (await isInHistory(git, onto, head)) return updated(head);
  return mergeIn(params, { head, theirs: onto, parent: onto });
}

type Step = {
  readonly head: string;
  /** What is merged in, and the commit that is named for it. */
  readonly theirs: string;
  readonly parent: string;
};

function updated(head: string, byRule: readonly string[] = []): Update {
  return { kind: 'updated', head, byRule };
}

async function mergeIn(params: UpdateParams, { head, theirs, parent }: Step): Promise<Update> {
  const { git, identity, settle } = params;
  const trial = await tryMerge(git, { ours: head, theirs });
  if (trial.kind === 'refused') return { kind: 'conflicted', head, files: [] };
  const settled = trial.kind === 'clean' ? { tree: trial.tree, files: [] } : await settle(trial);
  if (settled === null)
    return { kind: 'conflicted', head, files: trial.kind === 'conflicted' ? trial.files : [] };
  const message = `Merge ${params.train.branch} into ${params.car.branch}\n`;
  const { tree, files } = settled;
  const parents = [head, parent];
  return updated(await makeCommit(git, { tree, parents, message, identity }), files);
}

type SquashedBranch = {
  /** What was squashed. */
  readonly head: string;
  /** What it was squashed to. */
  readonly sha: string;
  /** Up to where this branch has it in its own history. */
  readonly shared: string;
};

/**
 * The branches that this one stands on, whose work came into the base as commits of its own. Their squashed commit has
 * the tree of their head: merged by that head, it meets no conflict with work that was built on it.
 */
async function squashedBelow({ git, train, car }: UpdateParams): Promise<SquashedBranch[]> {
  const found: SquashedBranch[] = [];
  for (const below of train.cars) {
    if (below.outcome?.kind !== 'merged' || !car.after.includes(below.task)) continue;
    const { sha } = below.outcome;
    const [merged, own] = await resolveTrees(git, sha, below.head);
    const shared = await findMergeBase(git, below.head, car.head);
    if (merged === own && shared !== null && !(await isInHistory(git, sha, car.head)))
      found.push({ head: below.head, sha, shared });
  }
  return topmost(git, found);
}

/**
 * In a stack of several, what is merged by the topmost has those below it, too. Merged one by one, each would meet the
 * branch with the commits of the next one already in it, and conflict with them.
 */
async function topmost(git: Git, found: readonly SquashedBranch[]): Promise<SquashedBranch[]> {
  const tops: SquashedBranch[] = [];
  for (const [index, one] of found.entries()) {
    const later = found.slice(index + 1);
    const above = await Promise.all(
      later.map(({ shared }) => isInHistory(git, one.shared, shared)),
    );
    if (!above.includes(true)) tops.push(one);
  }
  return tops;
}

/** Where a branch's own commits begin: at the one below it in the stack, otherwise where it left the base. */
async function forkOf({ git, train, car, onto }: UpdateParams): Promise<string> {
  let fork = await mergeBase(git, onto, car.head);
  for (const below of train.cars) {
    if (!car.after.includes(below.task)) continue;
    const point = await findMergeBase(git, below.firstHead, car.head);
    if (point !== null && (await isInHistory(git, fork, point))) fork = point;
  }
  return fork;
}
