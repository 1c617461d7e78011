import type { LeaveReason, CarState, TrainState } from '../model/train.ts';

/** What is to be done next for a train. */
export type TrainStep =
  | { readonly kind: 'leave'; readonly car: CarState; readonly leave: Leave }
  | { readonly kind: 'update'; readonly car: CarState }
  | { readonly kind: 'check'; readonly car: CarState }
  | { readonly kind: 'push'; readonly car: CarState }
  | { readonly kind: 'merge'; readonly car: CarState }
  | { readonly kind: 'end' };

/** Why a pull request is left. */
export type Leave = {
  readonly reason: LeaveReason;
  readonly message: string;
  readonly with: readonly number[];
  readonly files: readonly string[];
};

/** A base that moves this often while one pull request is checked will do so again. */
const mostUpdates = 5;

/**
 * Decides from what the journal knows and where the base is, so that a train goes on at the same place whoever asks. For
 * each car in turn:
 *
 *   update ─▶ check ─▶ push ─▶ merge          (the base moved: from the beginning)
 *      └────────┴────────────────┴──▶ left    (and with it whoever needs it)
 */
export function nextTrainStep(train: TrainState, base: string): TrainStep {
  const car = train.cars.find(({ outcome }) => outcome === null);
  if (car === undefined) return { kind: 'end' };
  const isMerged = (task: number): boolean =>
    train.cars.some((one) => one.task === task && one.outcome?.kind === 'merged');
  const missing = car.after.filter((task) => !isMerged(task));
  if (missing.length > 0) return { kind: 'leave', car, leave: needs(missing) };
  if (car.onto !== base)
    return car.updates < mostUpdates
      ? { kind: 'update', car }
      : { kind: 'leave', car, leave: restless };
  if (car.checked !== car.head) {
    const red = car.checks.filter(({ state }) => state !== 'passed');
    return red.length === 0
      ? { kind: 'check', car }
      : { kind: 'leave', car, leave: failed(train, car) };
  }
  return car.pushed === car.head ? { kind: 'merge', car } : { kind: 'push', car };
}

const restless: Leave = {
  reason: 'base-moved',
  message: `the base moved ${mostUpdates} times while it was checked`,
  with: [],
  files: [],
};

function needs(tasks: readonly number[]): Leave {
  const message = `it needs task ${tasks.join(', ')}, which ${tasks.length === 1 ? 'is' : 'are'} not merged`;
  return { reason: 'needs', message, with: tasks, files: [] };
}

/** It was green by itself: what it does not go with is among those that were merged before it. */
function failed({ cars, culprits }: TrainState, { checks, task }: CarState): Leave {
  const red = checks.filter(({ state }) => state !== 'passed').map(({ name }) => name);
  const merged = cars.filter(({ outcome }) => outcome?.kind === 'merged').map((car) => car.task);
  const known = culprits
    .filter((set) => set.includes(task))
    .map((set) => set.filter((other) => other !== task))
    .filter((others) => others.length > 0 && others.every((other) => merged.includes(other)));
  const others = known.length > 0 ? [...new Set(known.flat())] : merged;
  const verb = red.length === 1 ? 'fails' : 'fail';
  const whom = known.length > 0 ? ` together with task ${others.join(', ')}` : '';
  const message = `${red.join(', ')} ${verb} with the base as it is now in it${whom}`;
  return { reason: 'check-failed', message, with: others, files: [] };
}
