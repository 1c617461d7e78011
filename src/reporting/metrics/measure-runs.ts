import type { PullFates } from '../../model/state/pull-fates.ts';
import { minutes, rounded, share } from '../figures.ts';
import {
  failurePatterns,
  improvementsFor,
  minutesLostBy,
  type FailurePattern,
  type Improvement,
} from './failure-patterns.ts';
import { footprintAccuracy, type FootprintAccuracy } from './footprint-accuracy.ts';
import type { Successes } from './measure-success.ts';
import { countReasons, type RunMetrics } from './metrics-file.ts';
import type { RunFigures } from './run-figures.ts';
import type { RunTime } from './run-time.ts';
import type { SequentialTime } from './sequential-time.ts';

/** What several runs achieved together, in the user guide's terms. Shares are 0 to 1; null is not known. */
export type RunsMetrics = {
  readonly runs: number;
  readonly tasks: number;
  readonly succeeded: number;
  /** Succeeded tasks among those that have come to an end. */
  readonly successRate: number | null;
  /** The same for the first run of each task alone, before anybody asked for a retry. */
  readonly firstRunSuccessRate: number | null;
  /** Failures that a retry fixed. */
  readonly mended: number;
  /** What the succeeded work of the runs that ended would have taken one after another. */
  readonly sequentialMinutes: number | null;
  /** How long those runs took. */
  readonly parallelMinutes: number | null;
  /** Their ratio: a long run counts for more than a short one. */
  readonly speedup: number | null;
  /** The average over those runs: all count the same. */
  readonly averageSpeedup: number | null;
  /** `measured` where that holds for every run in which anything succeeded. */
  readonly speedupBasis: RunMetrics['speedupBasis'];
  readonly contention: RunMetrics['contention'];
  readonly controls: number;
  /** What a run took beyond its longest task, on average. */
  readonly overheadMinutes: number | null;
  /** The time in which agents worked, as a share of what the agents running at once had. */
  readonly utilization: number | null;
  readonly pullRequests: number;
  /** Merged pull requests among all that were opened. */
  readonly mergeRate: number | null;
  /** Pull requests that had to be changed among all; null while nothing is known of any. */
  readonly reworkRate: number | null;
  readonly footprint: FootprintAccuracy;
  readonly costUsd: number | null;
  readonly controlCostUsd: RunMetrics['controlCostUsd'];
  /** Of the tasks that are failed now. */
  readonly failures: RunMetrics['failures'];
  /** All that ever failed, by fingerprint: what cost the most first. */
  readonly failurePatterns: readonly FailurePattern[];
  readonly minutesLost: RunMetrics['minutesLost'];
  /** What to do, in the order of the minutes that it would have saved. */
  readonly improvements: readonly Improvement[];
};

/** Measures runs together, from the figures of each; these are summed before they are divided, so that a run counts by its size. */
export function measureRuns(runs: readonly RunFigures[]): RunsMetrics {
  const count = (key: keyof Successes): number => sum(runs.map(({ counts }) => counts[key]));
  const succeeded = count('succeeded');
  const failures = runs.flatMap((figures, run) =>
    figures.failures.map((failure) => ({ ...failure, run })),
  );
  const others = runs.flatMap((run) => run.others);
  return {
    runs: runs.length,
    tasks: count('total'),
    succeeded,
    successRate: share(succeeded, succeeded + count('failed')),
    firstRunSuccessRate: share(count('firstSucceeded'), count('firstEnded')),
    mended: count('mended'),
    ...timeTogether(runs.map(({ time }) => time)),
    ...fatesTogether(runs.map(({ fates }) => fates)),
    footprint: footprintAccuracy(runs.map(({ footprint }) => footprint)),
    costUsd: sumOfKnown(runs.map(({ costUsd }) => costUsd)),
    controlCostUsd: sumOfKnown(runs.map(({ controlCostUsd }) => controlCostUsd)),
    failures: countReasons(runs.flatMap(({ reasons }) => reasons)),
    failurePatterns: failurePatterns(failures),
    minutesLost: minutesLostBy([...failures, ...others]),
    improvements: improvementsFor(failures, others),
  };
}

/** Only runs that ended, and in which some task did, have a time. */
function timeTogether(times: readonly RunTime[]) {
  const known = times.flatMap(({ sequentialMs, parallelMs, longestMs, ...agents }) =>
    sequentialMs === null || parallelMs === null || longestMs === null
      ? []
      : [{ sequentialMs, parallelMs, longestMs, ...agents }],
  );
  const total = (figure: (time: (typeof known)[number]) => number): number | null =>
    known.length === 0 ? null : sum(known.map(figure));
  const sequential = total(({ sequentialMs }) => sequentialMs);
  const parallel = total(({ parallelMs }) => parallelMs);
  const overhead = total(({ parallelMs, longestMs }) => parallelMs - longestMs);
  return {
    sequentialMinutes: minutes(sequential),
    parallelMinutes: minutes(parallel),
    speedup: share(sequential ?? 0, parallel ?? 0),
    averageSpeedup: averageOf(
      known.flatMap(({ sequentialMs, parallelMs }) => share(sequentialMs, parallelMs) ?? []),
    ),
    speedupBasis: basisOf(known),
    contention: share(
      total(({ controls }) => controls.alongsideMs) ?? 0,
      total(({ controls }) => controls.aloneMs) ?? 0,
    ),
    controls: total(({ controls }) => controls.count) ?? 0,
    overheadMinutes: overhead === null ? null : minutes(overhead / known.length),
    utilization: share(
      total(({ activeMs }) => activeMs) ?? 0,
      total(({ agents, parallelMs }) => agents * parallelMs) ?? 0,
    ),
  };
}

/** A run without any succeeded work has a sequential time that nobody needs to measure. */
function basisOf(
  times: readonly { readonly sequentialMs: number; readonly basis: SequentialTime['basis'] }[],
): SequentialTime['basis'] {
  const counting = times.filter(({ sequentialMs }) => sequentialMs > 0);
  const isMeasured = counting.length > 0 && counting.every(({ basis }) => basis === 'measured');
  return isMeasured ? 'measured' : 'estimated';
}

function sumOfKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : rounded(sum(known), 4);
}

function averageOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : rounded(sum(values) / values.length, 3);
}

function fatesTogether(fates: readonly PullFates[]) {
  const total = (key: keyof PullFates): number => sum(fates.map((fate) => fate[key]));
  const opened = total('opened');
  return {
    pullRequests: opened,
    mergeRate: share(total('merged'), opened),
    reworkRate: total('judged') === 0 ? null : share(total('reworked'), opened),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
