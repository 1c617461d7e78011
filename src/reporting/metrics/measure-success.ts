import { firstOutcome, fixedRounds } from '../../model/state/rounds.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { countTasks, isLeftOut } from '../../model/state/run-status.ts';

/** How many tasks came to what, before and after anybody asked for a retry. */
export type Successes = {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Tasks whose first run has come to an end for them, and those of them that succeeded in it. */
  readonly firstEnded: number;
  readonly firstSucceeded: number;
  /** Failures that a retry fixed. */
  readonly mended: number;
};

/** Counts what became of a run's tasks; tasks that were not chosen do not count. */
export function countSuccesses(state: RunState): Successes {
  const outcomes = state.tasks
    .filter((task) => !isLeftOut(state, task))
    .flatMap((task) => firstOutcome(task) ?? []);
  const { total, succeeded, failed } = countTasks(state);
  return {
    ...{ total, succeeded, failed, firstEnded: outcomes.length },
    firstSucceeded: outcomes.filter((outcome) => outcome === 'succeeded').length,
    mended: state.tasks.reduce((sum, task) => sum + fixedRounds(task).length, 0),
  };
}
