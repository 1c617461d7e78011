import { isWithin, type FootprintEntry } from '../../model/plan/plan.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { share } from '../figures.ts';

/** How well the plan predicted which files are touched; null when there was nothing to compare. */
export type FootprintAccuracy = {
  /** Of the files that were touched, the share that was predicted. */
  readonly recall: number | null;
  /** Of the paths that were predicted, the share under which something was touched. */
  readonly precision: number | null;
};

/**
 * What counts as predicted: the likeliest paths, as many as the plan expected to be touched. A fixed bound would leave
 * out all that no author named, since such a path is seldom likelier than not.
 */
function predictedPaths(footprint: readonly FootprintEntry[]): readonly FootprintEntry[] {
  const expected = footprint.reduce((sum, { probability }) => sum + probability, 0);
  return footprint
    .toSorted((one, other) => other.probability - one.probability)
    .slice(0, Math.max(1, Math.round(expected)));
}

/** How many paths were touched and predicted, and how many of each met the other; tallies of several runs add up. */
export type FootprintTally = {
  readonly touched: number;
  readonly foreseen: number;
  readonly predicted: number;
  readonly hit: number;
};

/** How well the plan of one run predicted what was touched. */
export function measureFootprint(state: RunState): FootprintAccuracy {
  return footprintAccuracy([tallyFootprint(state)]);
}

/** Compares what the plan predicted with what was really touched, over all tasks that have commits. */
export function tallyFootprint(state: RunState): FootprintTally {
  const tally = { touched: 0, foreseen: 0, predicted: 0, hit: 0 };
  for (const task of state.tasks.filter(({ commits }) => commits.length > 0)) {
    const planned = state.plan?.tasks.find(({ ordinal }) => ordinal === task.ordinal);
    const predicted = predictedPaths(planned?.footprint ?? []);
    tally.touched += task.files.length;
    tally.predicted += predicted.length;
    tally.foreseen += task.files.filter((file) =>
      predicted.some((entry) => isWithin(file.path, entry.path)),
    ).length;
    tally.hit += predicted.filter((entry) =>
      task.files.some((file) => isWithin(file.path, entry.path)),
    ).length;
  }
  return tally;
}

/** The tallies of runs together, as shares. */
export function footprintAccuracy(tallies: readonly FootprintTally[]): FootprintAccuracy {
  const sum = (key: keyof FootprintTally): number =>
    tallies.reduce((total, tally) => total + tally[key], 0);
  return {
    recall: sum('predicted') === 0 ? null : share(sum('foreseen'), sum('touched')),
    precision: share(sum('hit'), sum('predicted')),
  };
}
