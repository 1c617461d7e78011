import type { JournalEvent } from '../model/event.ts';
import { foldRun } from '../model/fold-run.ts';
import { countFates, type PullFates } from '../model/pull-fates.ts';
import type { RunState } from '../model/run-state.ts';
import { countTasks } from '../model/run-status.ts';
import { minutes, rounded, share } from './figures.ts';
import {
  footprintAccuracy,
  tallyFootprint,
  type FootprintAccuracy,
  type FootprintTally,
} from './footprint-accuracy.ts';
import { countFailures, type RunMetrics } from './metrics-file.ts';
import { runCost } from './run-cost.ts';
import { runTime, type RunTime } from './run-time.ts';

/** What several runs achieved together, in the user guide's terms. Shares are 0 to 1; null is not known. */
export type RunsMetrics = {
  readonly runs: number;
  readonly tasks: number;
  readonly succeeded: number;
  /** Succeeded tasks among those that have come to an end. */
  readonly successRate: number | null;
  /** What the tasks of the runs that ended would have taken one after another. */
  readonly sequentialMinutes: number | null;
  /** How long those runs took. */
  readonly parallelMinutes: number | null;
  /** The one by the other. */
  readonly speedup: number | null;
  /** What a run took beyond its longest task, on average. */
  readonly overheadMinutes: number | null;
  /** The time in which agents worked, among that which the agents at once had. */
  readonly utilization: number | null;
  readonly pullRequests: number;
  /** Merged pull requests among all that were opened. */
  readonly mergeRate: number | null;
  /** Pull requests that had to be changed among all; null while nothing is known of any. */
  readonly reworkRate: number | null;
  readonly footprint: FootprintAccuracy;
  readonly costUsd: number | null;
  readonly failures: RunMetrics['failures'];
};

type MeasuredRun = {
  readonly state: RunState;
  readonly time: RunTime;
  readonly footprint: FootprintTally;
  readonly fates: PullFates;
};

/** Measures runs together, from the events of each: figures are summed before they are divided, so that a run counts by its size. */
export function measureRuns(histories: readonly (readonly JournalEvent[])[]): RunsMetrics {
  const runs = histories.flatMap((events) => measured(events) ?? []);
  const counts = runs.map(({ state }) => countTasks(state));
  const succeeded = sum(counts.map((count) => count.succeeded));
  const failed = sum(counts.map((count) => count.failed));
  const costs = runs.map(({ state }) => runCost(state)).filter((cost) => cost !== null);
  return {
    runs: runs.length,
    tasks: sum(counts.map(({ total }) => total)),
    succeeded,
    successRate: share(succeeded, succeeded + failed),
    ...timeTogether(runs.map(({ time }) => time)),
    ...fatesTogether(runs.map(({ fates }) => fates)),
    footprint: footprintAccuracy(runs.map(({ footprint }) => footprint)),
    costUsd: costs.length === 0 ? null : rounded(sum(costs), 4),
    failures: countFailures(runs.flatMap(({ state }) => state.tasks)),
  };
}

function measured(events: readonly JournalEvent[]): MeasuredRun | null {
  const state = foldRun(events);
  if (state === null) return null;
  const footprint = tallyFootprint(state);
  return { state, footprint, time: runTime(state), fates: countFates(state.tasks) };
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
    overheadMinutes: overhead === null ? null : minutes(overhead / known.length),
    utilization: share(
      total(({ activeMs }) => activeMs) ?? 0,
      total(({ agents, parallelMs }) => agents * parallelMs) ?? 0,
    ),
  };
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
