import { records, type Git } from '../git/git.ts';
import type { ConflictedFile } from '../model/conflict.ts';
import type { CarState, TrainState } from '../model/train.ts';
import { tryMerges } from './try-merges.ts';

/** Names the merged tasks that a branch conflicts with; none when it is the base itself. */
export async function blameConflict(
  git: Git,
  order: {
    readonly train: TrainState;
    readonly car: CarState;
    readonly files: readonly ConflictedFile[];
  },
): Promise<number[]> {
  const merged = order.train.cars.filter(({ outcome }) => outcome?.kind === 'merged');
  const pairs = merged.map(({ firstHead }) => ({ ours: firstHead, theirs: order.car.head }));
  const trials = await tryMerges(git, pairs);
  const alone = merged.filter((_, index) => trials[index]?.kind !== 'clean');
  if (alone.length > 0) return alone.map(({ task }) => task);
  // It conflicts with several together: those that touched the files.
  const paths = new Set(order.files.map(({ path }) => path));
  const touching = await Promise.all(
    merged.map(async (car) => {
      const sha = car.outcome?.kind === 'merged' ? car.outcome.sha : '';
      const list = ['diff', '--name-only', '-z', `${sha}^`, sha];
      return records(await git.run(list)).some((path) => paths.has(path));
    }),
  );
  return merged.filter((_, index) => touching[index]).map(({ task }) => task);
}
