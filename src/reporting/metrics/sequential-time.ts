import type { RunState } from '../../model/state/run-state.ts';
import type { TaskState, RoundState } from '../../model/state/task-state.ts';
import { attemptsOf, plainRound } from '../../model/state/rounds.ts';
import { spannedMs } from '../../model/state/work-span.ts';

/** What a run's succeeded work would have taken one after another, and how that is known. */
export type SequentialTime = {
  /** Milliseconds. */
  readonly workMs: number;
  /** `measured`: tasks of the run were run again alone; `estimated`: only what they took side by side is known. */
  readonly basis: 'measured' | 'estimated';
  /** The tasks that ran again alone, with what they took then and what they had taken side by side. */
  readonly controls: {
    readonly count: number;
    readonly aloneMs: number;
    readonly alongsideMs: number;
  };
};

/**
 * Adds up the work that succeeded. Where tasks ran again alone, that is what they take, and all others are
 * assumed to have been slowed down as much as these were.
 */
export function sequentialTime(state: RunState): SequentialTime {
  const sideBySideMs = sum(state.tasks.map((task) => succeededMs(state, task)));
  const found = state.tasks.flatMap((task) => comparison(state, task) ?? []);
  const controls = {
    count: found.length,
    aloneMs: sum(found.map(({ aloneMs }) => aloneMs)),
    alongsideMs: sum(found.map(({ alongsideMs }) => alongsideMs)),
  };
  if (found.length === 0) return { workMs: sideBySideMs, basis: 'estimated', controls };
  const { aloneMs, alongsideMs } = controls;
  const workMs = aloneMs + ((sideBySideMs - alongsideMs) * aloneMs) / alongsideMs;
  return { workMs, basis: 'measured', controls };
}

/** What a task took alone and side by side; null when it was not measured. */
function comparison(
  state: RunState,
  task: TaskState,
): { readonly aloneMs: number; readonly alongsideMs: number } | null {
  const outcome = task.control?.outcome;
  const round = plainRound(task);
  if (outcome?.kind !== 'measured' || round === null) return null;
  const { aloneMs } = outcome;
  const alongsideMs = roundMs(state, task, round);
  return aloneMs > 0 && alongsideMs > 0 ? { aloneMs, alongsideMs } : null;
}

/** Milliseconds of the rounds of a task that succeeded, without attempts that failed in them. */
function succeededMs(state: RunState, task: TaskState): number {
  const rounds = task.rounds.filter(({ outcome }) => outcome === 'succeeded');
  return sum(rounds.map((round) => roundMs(state, task, round)));
}

function roundMs({ spans }: RunState, task: TaskState, round: RoundState): number {
  const spent = attemptsOf(task, round)
    .filter(({ failure, result }) => failure === null && result?.kind !== 'lost')
    .map(({ startedAt, endedAt }) => (endedAt === null ? 0 : spannedMs(spans, startedAt, endedAt)));
  return round.checkMs + sum(spent);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
