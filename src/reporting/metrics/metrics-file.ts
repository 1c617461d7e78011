import type { FailureReason } from '../../model/failure/failure.ts';
import { countFates } from '../../model/state/pull-fates.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { minutes, rounded, share } from '../figures.ts';
import { minutesLostBy } from './failure-patterns.ts';
import { measureFootprint, type FootprintAccuracy } from './footprint-accuracy.ts';
import { failuresOf, otherLosses } from './lost-time.ts';
import { countSuccesses } from './measure-success.ts';
import { controlCost, runCost } from './run-cost.ts';
import { runTime } from './run-time.ts';
import type { SequentialTime } from './sequential-time.ts';

/** What a run achieved, in the user guide's terms. Shares are 0 to 1; null is not known. */
export type RunMetrics = {
  readonly run: string;
  readonly tasks: number;
  readonly succeeded: number;
  /** Succeeded tasks among those that have come to an end. */
  readonly successRate: number | null;
  /** The same for the first run of each task alone, before anybody asked for a retry. */
  readonly firstRunSuccessRate: number | null;
  /** Failures that a retry fixed. */
  readonly mended: number;
  /** What the work that succeeded would have taken one after another. */
  readonly sequentialMinutes: number | null;
  /** From the run's start to its end; what lies between one orchestrator's end and the next one's start is left out. */
  readonly parallelMinutes: number | null;
  readonly savedMinutes: number | null;
  /** The sequential time divided by the parallel one: never above the number of agents. */
  readonly speedup: number | null;
  /** How the sequential time is known. */
  readonly speedupBasis: SequentialTime['basis'];
  /** How many times as long tasks took side by side as alone; null when none ran again alone. */
  readonly contention: number | null;
  /** Tasks that ran again alone, and were measured. */
  readonly controls: number;
  readonly longestTaskMinutes: number | null;
  /** What the run took beyond its longest task. */
  readonly overheadMinutes: number | null;
  /** The most agents that ran at once. */
  readonly agents: number;
  /** Time in which agents ran, as a share of what that many agents had. */
  readonly utilization: number | null;
  readonly pullRequests: number;
  /** Merged pull requests among all that were opened. */
  readonly mergeRate: number | null;
  /** Pull requests that had to be changed among all; null while nothing is known of any. */
  readonly reworkRate: number | null;
  /** Pull requests that were merged as they were opened. */
  readonly mergedUnchanged: number;
  /** Pull requests that somebody closed. */
  readonly closed: number;
  readonly costUsd: number | null;
  /** The part of it that went into running tasks again alone; null when no agent reported it. */
  readonly controlCostUsd: number | null;
  /** The most frequent first. */
  readonly failures: readonly { readonly reason: FailureReason; readonly count: number }[];
  /** Minutes that came to nothing, the most first. */
  readonly minutesLost: ReturnType<typeof minutesLostBy>;
  readonly footprint: FootprintAccuracy;
};

/** The run's `metrics.json`. */
export function renderMetrics(state: RunState): string {
  return `${JSON.stringify(measureRun(state), null, 2)}\n`;
}

/** Measures a run from what was seen; estimates play no part. */
export function measureRun(state: RunState): RunMetrics {
  const counts = countSuccesses(state);
  const { total, succeeded, failed } = counts;
  const fates = countFates(state.tasks);
  return {
    run: state.run,
    tasks: total,
    succeeded,
    successRate: share(succeeded, succeeded + failed),
    firstRunSuccessRate: share(counts.firstSucceeded, counts.firstEnded),
    mended: counts.mended,
    ...measureTime(state),
    pullRequests: fates.opened,
    mergeRate: share(fates.merged, fates.opened),
    reworkRate: fates.judged === 0 ? null : share(fates.reworked, fates.opened),
    mergedUnchanged: fates.unchanged,
    closed: fates.closed,
    costUsd: rounded(runCost(state), 4),
    controlCostUsd: rounded(controlCost(state), 4),
    failures: countReasons(state.tasks.flatMap(({ failure }) => failure?.reason ?? [])),
    minutesLost: minutesLostBy([...failuresOf(state), ...otherLosses(state)]),
    footprint: measureFootprint(state),
  };
}

function measureTime(state: RunState) {
  const { sequentialMs, parallelMs, longestMs, activeMs, agents, basis, controls } = runTime(state);
  return {
    sequentialMinutes: minutes(sequentialMs),
    parallelMinutes: minutes(parallelMs),
    savedMinutes: minutes(difference(sequentialMs, parallelMs)),
    speedup: sequentialMs === null || parallelMs === null ? null : share(sequentialMs, parallelMs),
    speedupBasis: basis,
    contention: share(controls.alongsideMs, controls.aloneMs),
    controls: controls.count,
    longestTaskMinutes: minutes(longestMs),
    overheadMinutes: minutes(difference(parallelMs, longestMs)),
    agents,
    utilization: parallelMs === null ? null : share(activeMs, agents * parallelMs),
  };
}

/** Counts reasons, the most frequent first. */
export function countReasons(reasons: readonly FailureReason[]): RunMetrics['failures'] {
  return [...Map.groupBy(reasons, (reason) => reason)]
    .map(([reason, all]) => ({ reason, count: all.length }))
    .toSorted((a, b) => b.count - a.count || a.reason.localeCompare(b.reason, 'en'));
}

function difference(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b;
}
