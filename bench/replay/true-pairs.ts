import type { PastTask } from '../footprints/past-tasks.ts';
import type { Patches } from '../footprints/patches.ts';
import { succeeds, type GitIn } from './git-in.ts';

/** What is true of two tasks of a wave, by their numbers, the earlier one first. */
export type Pair = readonly [number, number];

export type TruePairsParams = {
  readonly tasks: readonly PastTask[];
  readonly patches: Patches;
  /** A repository that has each task's change on the base as the branch `task-N`. */
  readonly git: GitIn;
  /** The tasks whose change applies on the base. */
  readonly applying: ReadonlySet<number>;
};

/**
 * The pairs that an order must keep apart: their changes do not commute, or do not merge from the common base. Where later
 * changes hide whether two commute, they count as apart when the later one does not apply on the base and both touch a file.
 */
export async function findTruePairs(params: TruePairsParams): Promise<Pair[]> {
  const { tasks, patches, git, applying } = params;
  const pairs: Pair[] = [];
  for (const [at, one] of tasks.entries())
    for (const [below, other] of tasks.slice(at + 1).entries()) {
      const pair: Pair = [at + 1, at + 2 + below];
      const isShared = one.touched.some((path) => other.touched.includes(path));
      const collide = isShared ? await patches.collide(one, other) : false;
      const isHidden = collide === null && !applying.has(pair[1]);
      if (collide === true || isHidden || !merges(git, pair)) pairs.push(pair);
    }
  return pairs;
}

function merges(git: GitIn, [one, other]: Pair): boolean {
  return succeeds(git, 'merge-tree', '--write-tree', `task-${one}`, `task-${other}`);
}
