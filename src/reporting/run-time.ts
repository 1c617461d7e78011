import type { RunState, TaskState } from '../model/run-state.ts';
import { spannedMs } from '../model/work-span.ts';

/** Where a run's time went, in milliseconds; null is not known yet. */
export type RunTime = {
  /** What its tasks would have taken one after another. */
  readonly sequentialMs: number | null;
  /** How long its orchestrators were at work. */
  readonly parallelMs: number | null;
  readonly longestMs: number | null;
  /** How long agents were at work meanwhile, all of them together. */
  readonly activeMs: number;
  /** The most agents that were at work at once. */
  readonly agents: number;
};

/** Measures a run's time. What lies between one orchestrator's end and the next one's start belongs to nobody. */
export function runTime(state: RunState): RunTime {
  const durations = state.tasks.flatMap((task) => timeOfTask(state, task) ?? []);
  const attempts = attemptSpans(state);
  return {
    sequentialMs: durations.length === 0 ? null : sum(durations),
    parallelMs: timeOfRun(state),
    longestMs: durations.length === 0 ? null : Math.max(...durations),
    activeMs: sum(attempts.map(({ from, to }) => spannedMs(state.spans, from, to))),
    agents: mostAtOnce(attempts),
  };
}

/** How long a run has been worked on, in milliseconds: until its end, or until `now` (ISO 8601); null is not known yet. */
export function timeOfRun(state: RunState, now: string | null = null): number | null {
  const to = state.endedAt ?? now;
  return to === null ? null : spannedMs(state.spans, state.startedAt, to);
}

/** The same of a task, from its first attempt on. */
export function timeOfTask(
  { spans }: Pick<RunState, 'spans'>,
  { startedAt, endedAt }: TaskState,
  now: string | null = null,
): number | null {
  const to = endedAt ?? now;
  return startedAt === null || to === null ? null : spannedMs(spans, startedAt, to);
}

type Span = { readonly from: string; readonly to: string };

function attemptSpans(state: RunState): readonly Span[] {
  return state.tasks
    .flatMap(({ attempts }) => attempts)
    .flatMap(({ startedAt, endedAt }) =>
      endedAt === null ? [] : [{ from: startedAt, to: endedAt }],
    );
}

/** Times in ISO 8601 compare as text. */
function mostAtOnce(spans: readonly Span[]): number {
  const running = spans.map(
    ({ from }) => spans.filter((other) => other.from <= from && from < other.to).length,
  );
  return Math.max(0, ...running);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
