import { findChecked, isGreen } from '../../model/merge/checked-tree.ts';
import type { CarState, TrainState } from '../../model/merge/train.ts';
import type { Prefix } from './check-prefix.ts';
import { isApprovalStale, willAsk, type Asking } from './next-train-step.ts';
import { mergedBy, type Link, type PrefixLinks } from './prefix-links.ts';

export type BuildParams = {
  readonly links: PrefixLinks;
  /** The base as it is now. */
  readonly base: string;
  readonly asking: Asking;
};

/**
 * Builds what a train's pull requests will be together, without a work tree: each on all that are going to be merged
 * before it. Gives those whose outcome is not known, the earliest first, as far as it can be foreseen who merges.
 */
export async function buildPrefixes({ links, base, asking }: BuildParams): Promise<Prefix[]> {
  let { train, onto } = await links.start(base);
  const prefixes: Prefix[] = [];
  const tasks: number[] = [];
  for (const car of train.cars) {
    const { task } = car;
    if (car.outcome !== null || !isIncluded(train, car)) continue;
    // Its agent is at work: what comes after it goes first.
    if (car.resolve !== null) continue;
    const link = await links.find({ train, car, onto, base, tasks: [...tasks, task] });
    const fate = foresee({ train, car, link, base, asking, isFirst: prefixes.length === 0 });
    if (fate === 'unforeseen') break;
    if (link === null || fate === 'left') continue;
    if (fate === 'unknown') prefixes.push(link.prefix);
    tasks.push(task);
    onto = link.merged;
    train = withCar(train, mergedBy(car, link));
  }
  return prefixes;
}

/** Whether it will be merged at all, as far as the journal says. */
function isIncluded(train: TrainState, car: CarState): boolean {
  const isMerged = (task: number): boolean =>
    train.cars.some((one) => one.task === task && one.outcome?.kind === 'merged');
  return car.after.every(isMerged) && !isApprovalStale(train, car);
}

type Foreseeing = Omit<BuildParams, 'links'> & {
  readonly train: TrainState;
  readonly car: CarState;
  readonly link: Link | null;
  /** Whether the outcome of all before it is known. */
  readonly isFirst: boolean;
};

/** What will become of a pull request when its turn comes; `unknown`: its prefix has to be checked. */
type Fate = 'merged' | 'unknown' | 'left' | 'unforeseen';

function foresee({ train, car, link, base, asking, isFirst }: Foreseeing): Fate {
  // Those that come after it do not wait for its agent.
  if (link === null) return 'left';
  const { prefix } = link;
  const known = findChecked(train.trees, prefix);
  // Whose fault it is shows when all before it are known; and what its agent can fix, it may.
  if (known !== null && !isGreen(known))
    return isFirst && !willAsk(car, 'checks', asking) ? 'left' : 'unforeseen';
  // It was verified on this very base, or has been brought up to it and checked already.
  const isChecked = car.checked === car.head && (car.onto === base || prefix.head === car.head);
  return known !== null || isChecked ? 'merged' : 'unknown';
}

function withCar(train: TrainState, car: CarState): TrainState {
  return { ...train, cars: train.cars.map((one) => (one.task === car.task ? car : one)) };
}
