import { listPathsOfCommit } from '../git/diffs.ts';
import type { Git } from '../git/git.ts';
import type { ConflictedFile } from '../model/merge/conflict.ts';
import type { CarState, TrainState } from '../model/merge/train.ts';
import { tryMerges } from './try-merges.ts';

/** A task that an earlier train, or a person, merged. */
export type MergedBefore = { readonly task: number; readonly head: string };

/** Names the merged tasks that a branch conflicts with; none when it is the base itself. */
export async function blameConflict(
  git: Git,
  params: {
    readonly train: TrainState;
    readonly car: CarState;
    readonly files: readonly ConflictedFile[];
    readonly before: readonly MergedBefore[];
  },
): Promise<number[]> {
  const merged = params.train.cars.filter(({ outcome }) => outcome?.kind === 'merged');
  const before = params.before.filter(({ task }) =>
    params.train.cars.every((car) => car.task !== task),
  );
  const suspects = [...before, ...merged.map(({ task, firstHead }) => ({ task, head: firstHead }))];
  const pairs = suspects.map(({ head }) => ({ ours: head, theirs: params.car.head }));
  const trials = await tryMerges(git, pairs);
  // One that is not there to be tried says nothing.
  const alone = suspects.filter((_, index) => trials[index]?.kind === 'conflicted');
  if (alone.length > 0) return alone.map(({ task }) => task);
  // It conflicts with several together: those that touched the files.
  const paths = new Set(params.files.map(({ path }) => path));
  const touching = await Promise.all(
    merged.map(async (car) => {
      const sha = car.outcome?.kind === 'merged' ? car.outcome.sha : '';
      return (await listPathsOfCommit(git, sha)).some((path) => paths.has(path));
    }),
  );
  return merged.filter((_, index) => touching[index]).map(({ task }) => task);
}
