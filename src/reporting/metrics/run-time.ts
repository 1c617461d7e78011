import type { RunState } from '../../model/state/run-state.ts';
import type { TaskState } from '../../model/state/task-state.ts';
import { spannedMs } from '../../model/state/work-span.ts';
import { sequentialTime, type SequentialTime } from './sequential-time.ts';

/** Where a run's time went, in milliseconds; null is not known yet. */
export type RunTime = Omit<SequentialTime, 'workMs'> & {
  /**
   * What the succeeded work would have taken one after another: never more than the agents that ran at once
   * have in the run's time.
   */
  readonly sequentialMs: number | null;
  /** How long its orchestrators were at work. */
  readonly parallelMs: number | null;
  readonly longestMs: number | null;
  /** How long agents were at work meanwhile, all of them together. */
  readonly activeMs: number;
  /** The most agents that were at work at once. */
  readonly agents: number;
};

/** Measures a run's time. The time between one orchestrator's end and the next one's start does not count. */
export function runTime(state: RunState): RunTime {
  const durations = state.tasks.flatMap((task) => timeOfTask(state, task) ?? []);
  const attempts = attemptSpans(state);
  const agents = mostAtOnce(attempts);
  const parallelMs = timeOfRun(state);
  const { workMs, ...known } = sequentialTime(state);
  const mostMs = parallelMs === null ? workMs : agents * parallelMs;
  return {
    ...known,
    sequentialMs: durations.length === 0 ? null : Math.min(workMs, mostMs),
    parallelMs,
    longestMs: durations.length === 0 ? null : Math.max(...durations),
    activeMs: attempts.reduce((sum, { from, to }) => sum + spannedMs(state.spans, from, to), 0),
    agents,
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

/** A time in ISO 8601, and a later one. */
export type TimeSpan = { readonly from: string; readonly to: string };

/** When agents were at work on the tasks of a run, as far as their attempts have ended. */
export function attemptSpans(state: RunState): readonly TimeSpan[] {
  return state.tasks
    .flatMap(({ attempts }) => attempts)
    .flatMap(({ startedAt, endedAt }) =>
      endedAt === null ? [] : [{ from: startedAt, to: endedAt }],
    );
}

/** Times in ISO 8601 compare as text; where one begins as another ends, they do not overlap. */
function mostAtOnce(spans: readonly TimeSpan[]): number {
  const steps = spans
    .flatMap(({ from, to }) => [
      { at: from, step: 1 },
      { at: to, step: -1 },
    ])
    .toSorted((one, other) =>
      one.at < other.at ? -1 : one.at > other.at ? 1 : one.step - other.step,
    );
  let running = 0;
  // An agent that ran for less than a millisecond still ran.
  let most = Math.min(1, spans.length);
  for (const { step } of steps) {
    running += step;
    most = Math.max(most, running);
  }
  return most;
}
