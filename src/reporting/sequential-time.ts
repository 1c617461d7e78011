import type { RunState, TaskState } from '../model/run-state.ts';
import { attemptsOf, type RoundState } from '../model/rounds.ts';
import { spannedMs } from '../model/work-span.ts';

/** What a run's succeeded work would have taken one after another, and how that is known. */
export type SequentialTime = {
  /** Milliseconds. */
  readonly workMs: number;
  readonly basis: 'measured' | 'estimated';
};

/** Adds up the work that came to something, as long as it took side by side. */
export function sequentialTime(state: RunState): SequentialTime {
  const workMs = state.tasks.reduce((sum, task) => sum + succeededMs(state, task), 0);
  return { workMs, basis: 'estimated' };
}

/** Milliseconds of the rounds of a task that succeeded, without attempts that failed in them. */
function succeededMs(state: RunState, task: TaskState): number {
  return task.rounds
    .filter(({ outcome }) => outcome === 'succeeded')
    .reduce((sum, round) => sum + roundMs(state, task, round), 0);
}

function roundMs({ spans }: RunState, task: TaskState, round: RoundState): number {
  return attemptsOf(task, round)
    .filter(({ failure, result }) => failure === null && result?.kind !== 'lost')
    .reduce(
      (sum, { startedAt, endedAt }) =>
        endedAt === null ? sum : sum + spannedMs(spans, startedAt, endedAt),
      round.checkMs,
    );
}
