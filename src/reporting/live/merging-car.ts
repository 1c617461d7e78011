import type { RunState } from '../../model/state/run-state.ts';
import type { CarState } from '../../model/merge/train.ts';

/** The pull request that a run is merging now, and what is done with it, in words; null when it merges none. */
export function mergingCar({
  merging,
  train,
  ended,
}: Pick<RunState, 'merging' | 'train' | 'ended'>): {
  readonly task: number;
  readonly doing: string;
} | null {
  if (merging !== 'merging' || train === null || train.isEnded || ended !== null) return null;
  const car = train.cars.find(({ outcome }) => outcome === null);
  return car === undefined ? null : { task: car.task, doing: doingWords(car) };
}

function doingWords(car: CarState): string {
  if (car.resolve !== null)
    return car.resolve.why === 'conflict'
      ? 'its agent resolves a conflict'
      : 'its agent fixes red checks';
  if (car.isMergeIntended) return 'merging';
  if (car.conflict !== null) return 'conflicts with the base';
  if (car.onto === null) return 'taking in the base';
  return car.checked === car.head ? 'ready to be merged' : 'checking on the base';
}
