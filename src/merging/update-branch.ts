import { isInHistory, makeCommit, replayCommits } from '../git/combine-commits.ts';
import type { Git, GitIdentity } from '../git/git.ts';
import type { ConflictedFile } from '../model/conflict.ts';
import type { CarState, TrainState } from '../model/train.ts';
import { tryMerge } from './try-merges.ts';

export type UpdateOrder = {
  /** Of a merge repository, which has all the commits. */
  readonly git: Git;
  readonly identity: GitIdentity;
  readonly train: TrainState;
  readonly car: CarState;
  /** The base's commit. */
  readonly onto: string;
};

/** What came of bringing a branch up to the base. */
export type Update =
  | { readonly kind: 'updated'; readonly head: string }
  | {
      readonly kind: 'conflicted';
      readonly files: readonly ConflictedFile[];
      /** With the conflicts in it, between markers; null when there is none. */
      readonly tree: string | null;
    };

/** Brings a branch up to the base: rebased when it will be merged so, else by merging the base into it. */
export async function updateBranch(order: UpdateOrder): Promise<Update> {
  const { git, car, onto, train } = order;
  if (await isInHistory(git, onto, car.head)) return { kind: 'updated', head: car.head };
  if (train.method === 'rebase') {
    const from = await forkOf(order);
    const head = await replayCommits(git, { ...order, from, head: car.head });
    if (head !== null) return { kind: 'updated', head };
  }
  let { head } = car;
  for (const below of await squashedBelow(order)) {
    const step = await mergeIn(order, { head, theirs: below.head, parent: below.sha });
    // What was merged of the one below may differ from its branch: then the base tells what it is.
    if (step.kind === 'updated') head = step.head;
  }
  if (await isInHistory(git, onto, head)) return { kind: 'updated', head };
  return mergeIn(order, { head, theirs: onto, parent: onto });
}

type Step = {
  readonly head: string;
  /** What is merged in, and the commit that is told to be. */
  readonly theirs: string;
  readonly parent: string;
};

async function mergeIn(order: UpdateOrder, { head, theirs, parent }: Step): Promise<Update> {
  const trial = await tryMerge(order.git, { ours: head, theirs });
  if (trial.kind === 'refused') return { kind: 'conflicted', files: [], tree: null };
  if (trial.kind === 'conflicted')
    return { kind: 'conflicted', files: trial.files, tree: trial.tree };
  const message = `Merge ${order.train.branch} into ${order.car.branch}\n`;
  const { git, identity } = order;
  const parents = [head, parent];
  return {
    kind: 'updated',
    head: await makeCommit(git, { tree: trial.tree, parents, message, identity }),
  };
}

/**
 * The branches below in the stack whose work came into the base as commits of its own. Their squashed commit has the tree
 * of their head: merged by that head, it meets no conflict with work that was built on it.
 */
async function squashedBelow({
  git,
  train,
  car,
}: UpdateOrder): Promise<{ readonly head: string; readonly sha: string }[]> {
  const found: { head: string; sha: string }[] = [];
  for (const below of train.cars) {
    if (below.outcome?.kind !== 'merged' || !car.after.includes(below.task)) continue;
    const { sha } = below.outcome;
    const [merged, own] = (
      await git.run(['rev-parse', `${sha}^{tree}`, `${below.head}^{tree}`])
    ).split('\n');
    const isStacked = (await git.probe(['merge-base', below.head, car.head])).code === 0;
    if (merged === own && isStacked && !(await isInHistory(git, sha, car.head)))
      found.push({ head: below.head, sha });
  }
  return found;
}

/** Where a branch's own commits begin: at the one below it in the stack, else where it left the base. */
async function forkOf({ git, train, car, onto }: UpdateOrder): Promise<string> {
  let fork = (await git.run(['merge-base', onto, car.head])).trim();
  for (const below of train.cars) {
    if (!car.after.includes(below.task)) continue;
    const shared = await git.probe(['merge-base', below.firstHead, car.head]);
    const point = shared.stdout.trim();
    if (shared.code === 0 && (await isInHistory(git, fork, point))) fork = point;
  }
  return fork;
}
