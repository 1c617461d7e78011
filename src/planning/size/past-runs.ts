import type { Plan } from '../../model/plan/plan.ts';
import { hasSucceeded, type AttemptState, type TaskState } from '../../model/state/task-state.ts';
import type { RunState } from '../../model/state/run-state.ts';

/** What a repository's past runs teach about the next one. */
export type PastRuns = {
  /** Tasks that the minutes come from. */
  readonly tasks: number;
  /** The factor for an estimate, 1/3 to 3. */
  readonly minutesFactor: number;
  /** How far tasks were from their corrected estimate: the median, as a standard deviation of natural logarithms. */
  readonly minutesSpread: number;
  /** What a minute of the agent costs, in US dollars; null when no run says. */
  readonly costPerMinuteUsd: number | null;
  /** How many tasks came to an end, and how many of them failed before they succeeded, if they did. */
  readonly outcomes: { readonly ended: number; readonly failed: number };
};

/** A few tasks prove little: they are averaged with this many that were as estimated. */
const doubt = 5;
/** Of a normal distribution, the standard deviation over the median distance from the middle. */
const deviationOfMedian = 1.48;

/** Compares what past tasks took with what they had been estimated at; null when none has come to an end yet. */
export function learnFromRuns(runs: readonly RunState[], agent: string): PastRuns | null {
  const tasks = runs.flatMap((run) => run.tasks.map((task) => ({ run, task })));
  const ended = tasks.filter(({ task }) => hasSucceeded(task) || task.status === 'failed');
  if (ended.length === 0) return null;
  const ratios = ended
    .filter(({ task }) => hasSucceeded(task))
    .flatMap(({ run, task }) => {
      const minutes = workedMinutes(task.attempts);
      const estimate = plainEstimate(run, task.ordinal);
      return minutes === null || estimate === undefined ? [] : [Math.log(minutes / estimate)];
    });
  const middle = ratios.length === 0 ? 0 : median(ratios);
  const shrunk = (middle * ratios.length) / (ratios.length + doubt);
  const distances = ratios.map((ratio) => Math.abs(ratio - middle));
  return {
    tasks: ratios.length,
    minutesFactor: Math.exp(Math.min(Math.log(3), Math.max(-Math.log(3), shrunk))),
    minutesSpread: ratios.length === 0 ? 0 : deviationOfMedian * median(distances),
    costPerMinuteUsd: priceOf(ended.flatMap(({ task }) => task.attempts.filter(isBy(agent)))),
    outcomes: {
      ended: ended.length,
      failed: ended.filter(({ task }) => task.status === 'failed' || hasFailedBefore(task)).length,
    },
  };
}

/** A retry that somebody asked for begins a new round, after a failure. */
function hasFailedBefore({ attemptsBefore, lastFailure }: TaskState): boolean {
  return attemptsBefore > 0 && lastFailure !== null;
}

function isBy(agent: string): (attempt: AttemptState) => boolean {
  return (attempt) => attempt.agent === agent;
}

/** Dollars a minute over all attempts that say what they cost. */
function priceOf(attempts: readonly AttemptState[]): number | null {
  const priced = attempts.filter(({ costUsd, endedAt }) => costUsd !== null && endedAt !== null);
  const minutes = workedMinutes(priced);
  if (minutes === null) return null;
  return priced.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0) / minutes;
}

/** What had been expected before earlier runs corrected it; they do not correct what an author states. */
function plainEstimate({ plan }: RunState, ordinal: number): number | undefined {
  const planned = plan?.tasks.find((task) => task.ordinal === ordinal);
  // Plans of before there were forecasts have none.
  const { minutesFactor } = (plan as Partial<Plan> | null)?.forecast ?? { minutesFactor: 1 };
  if (planned === undefined) return undefined;
  return planned.basis === 'stated'
    ? planned.estimateMinutes
    : planned.estimateMinutes / minutesFactor;
}

/** Minutes of agents' work; null where it took no time worth counting. */
function workedMinutes(attempts: readonly AttemptState[]): number | null {
  const milliseconds = attempts.reduce(
    (sum, { startedAt, endedAt }) =>
      endedAt === null ? sum : sum + Date.parse(endedAt) - Date.parse(startedAt),
    0,
  );
  // A run of seconds was a rehearsal, and says nothing about real work.
  return milliseconds < 30_000 ? null : milliseconds / 60_000;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}
