import type { FailureReason } from '../model/failure.ts';
import type { RunState } from '../model/run-state.ts';
import { countTasks } from '../model/run-status.ts';
import { between } from './figures.ts';
import { measureFootprint, type FootprintAccuracy } from './footprint-accuracy.ts';
import { runCost } from './run-cost.ts';

/** What a run achieved, in the user guide's terms. Shares are 0 to 1; null is not known. */
export type RunMetrics = {
  readonly run: string;
  readonly tasks: number;
  readonly succeeded: number;
  /** Succeeded tasks among all. */
  readonly successRate: number | null;
  /** What the tasks would have taken one after another: the sum of their durations. */
  readonly sequentialMinutes: number | null;
  /** From the run's start to its end, pauses between two orchestrators included. */
  readonly parallelMinutes: number | null;
  readonly savedMinutes: number | null;
  readonly speedup: number | null;
  readonly longestTaskMinutes: number | null;
  /** What the run took beyond its longest task. */
  readonly overheadMinutes: number | null;
  /** The most agents that ran at once. */
  readonly agents: number;
  /** Time in which agents ran, as a share of what so many agents had. */
  readonly utilization: number | null;
  readonly pullRequests: number;
  /** Merged pull requests among all that were opened. */
  readonly mergeRate: number | null;
  readonly costUsd: number | null;
  /** The most frequent first. */
  readonly failures: readonly { readonly reason: FailureReason; readonly count: number }[];
  readonly footprint: FootprintAccuracy;
};

/** The run's `metrics.json`. */
export function renderMetrics(state: RunState): string {
  return `${JSON.stringify(measureRun(state), null, 2)}\n`;
}

/** Measures a run from what was seen; estimates play no part. */
export function measureRun(state: RunState): RunMetrics {
  const { total, succeeded } = countTasks(state);
  const opened = state.tasks.filter(({ pullRequest }) => pullRequest !== null);
  const merged = opened.filter(
    ({ status, pullRequest }) => status === 'merged' || pullRequest?.state === 'merged',
  );
  return {
    run: state.run,
    tasks: total,
    succeeded,
    successRate: share(succeeded, total),
    ...measureTime(state),
    pullRequests: opened.length,
    mergeRate: share(merged.length, opened.length),
    costUsd: rounded(runCost(state), 4),
    failures: countFailures(state),
    footprint: measureFootprint(state),
  };
}

function measureTime(state: RunState) {
  const durations = state.tasks
    .map(({ startedAt, endedAt }) => between(startedAt, endedAt))
    .filter((duration) => duration !== null);
  const sequential = durations.length === 0 ? null : sum(durations);
  const longest = durations.length === 0 ? null : Math.max(...durations);
  const span = between(state.startedAt, state.endedAt);
  const attempts = attemptSpans(state);
  const agents = mostAtOnce(attempts);
  const active = sum(attempts.map(({ from, to }) => to - from));
  return {
    sequentialMinutes: minutes(sequential),
    parallelMinutes: minutes(span),
    savedMinutes: minutes(difference(sequential, span)),
    speedup: sequential === null || span === null ? null : share(sequential, span),
    longestTaskMinutes: minutes(longest),
    overheadMinutes: minutes(difference(span, longest)),
    agents,
    utilization: span === null ? null : share(active, agents * span),
  };
}

type Span = { readonly from: number; readonly to: number };

function attemptSpans(state: RunState): readonly Span[] {
  return state.tasks
    .flatMap(({ attempts }) => attempts)
    .flatMap(({ startedAt, endedAt }) =>
      endedAt === null ? [] : [{ from: Date.parse(startedAt), to: Date.parse(endedAt) }],
    );
}

function mostAtOnce(spans: readonly Span[]): number {
  const running = spans.map(
    ({ from }) => spans.filter((other) => other.from <= from && from < other.to).length,
  );
  return Math.max(0, ...running);
}

function countFailures(state: RunState): RunMetrics['failures'] {
  const reasons = state.tasks.flatMap(({ failure }) => (failure === null ? [] : [failure.reason]));
  return [...Map.groupBy(reasons, (reason) => reason)]
    .map(([reason, all]) => ({ reason, count: all.length }))
    .toSorted((a, b) => b.count - a.count || a.reason.localeCompare(b.reason, 'en'));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function difference(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b;
}

function minutes(milliseconds: number | null): number | null {
  return milliseconds === null ? null : rounded(milliseconds / 60_000, 2);
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : rounded(part / whole, 3);
}

function rounded<T extends number | null>(value: T, digits: number): T | number {
  return value === null ? value : Number(value.toFixed(digits));
}
