import type { RunState } from '../../model/state/run-state.ts';
import type { TrainCar } from '../../model/merge/train-car.ts';
import { plainText } from '../../model/text/plain-text.ts';

/** Lines that say, before pull requests are merged, which of them change the checks. */
export function checkChangeLines(
  { tasks, settings }: RunState,
  cars: readonly Pick<TrainCar, 'task' | 'number'>[],
): string[] {
  const lines = cars.flatMap(({ task, number }) => {
    const changes = tasks.find(({ ordinal }) => ordinal === task)?.checkChanges ?? [];
    return changes.map((change) => `  ! #${number} task ${task}: ${plainText(change, 400)}`);
  });
  if (lines.length === 0) return [];
  const then = settings.areCheckChangesAccepted
    ? 'After that, only the changed checks count.'
    : 'After that, the checks that the run began with still count, too, unless you give --accept-check-changes.';
  return ['These pull requests change the checks:', ...lines, then];
}
