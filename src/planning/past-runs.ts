import type { Plan } from '../model/plan.ts';
import type { RunState, TaskState } from '../model/run-state.ts';

/** What a repository's past runs teach about the next one. */
export type PastRuns = {
  /** Tasks that the figures come from. */
  readonly tasks: number;
  /** What an estimate is to be multiplied by, 1/3 to 3. */
  readonly minutesFactor: number;
  /** Median of one task, in US dollars; null when no agent told. */
  readonly costPerTaskUsd: number | null;
};

/** A few tasks prove little: their word is mixed with so many that were as estimated. */
const doubt = 5;

/** Compares what past tasks took with what they had been estimated at; null when none succeeded yet. */
export function learnFromRuns(runs: readonly RunState[], agent: string): PastRuns | null {
  const done = runs.flatMap((run) =>
    run.tasks
      .filter(({ status }) => status === 'completed' || status === 'merged')
      .map((task) => ({
        minutes: workedMinutes(task),
        estimate: plainEstimate(run, task.ordinal),
        cost: task.attempts.some((attempt) => attempt.agent === agent) ? costOf(task) : null,
      })),
  );
  const ratios = done.flatMap(({ minutes, estimate }) =>
    minutes === null || estimate === undefined ? [] : [Math.log(minutes / estimate)],
  );
  if (ratios.length === 0) return null;
  const shrunk = (median(ratios) * ratios.length) / (ratios.length + doubt);
  const costs = done.flatMap(({ cost }) => cost ?? []);
  return {
    tasks: ratios.length,
    minutesFactor: Math.exp(Math.min(Math.log(3), Math.max(-Math.log(3), shrunk))),
    costPerTaskUsd: costs.length === 0 ? null : median(costs),
  };
}

/** What the text alone had let one expect, before earlier runs corrected it. */
function plainEstimate({ plan }: RunState, ordinal: number): number | undefined {
  const planned = plan?.tasks.find((task) => task.ordinal === ordinal);
  // Plans of before there were forecasts have none.
  const { minutesFactor } = (plan as Partial<Plan> | null)?.forecast ?? { minutesFactor: 1 };
  return planned && planned.estimateMinutes / minutesFactor;
}

/** Minutes of its agents' work; null where it did not end or took no time worth counting. */
function workedMinutes({ attempts }: TaskState): number | null {
  const milliseconds = attempts.reduce(
    (sum, { startedAt, endedAt }) =>
      endedAt === null ? sum : sum + Date.parse(endedAt) - Date.parse(startedAt),
    0,
  );
  // What is over in seconds was a rehearsal, and teaches nothing about work.
  return milliseconds < 30_000 ? null : milliseconds / 60_000;
}

function costOf({ attempts }: TaskState): number | null {
  const costs = attempts.flatMap(({ costUsd }) => costUsd ?? []);
  return costs.length === 0 ? null : costs.reduce((sum, cost) => sum + cost, 0);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}
