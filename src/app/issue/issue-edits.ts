import type { Plan } from '../../model/plan/plan.ts';
import { hasSucceeded, type TaskState } from '../../model/state/task-state.ts';

/** A task that was begun under a number that means other work now. */
export type ShiftedTask = {
  readonly ordinal: number;
  readonly was: string;
  /** Null: the issue has no such item any more. */
  readonly is: string | null;
};

/**
 * Finds the numbers that mean different things to an edited issue and its run. The words of a task that did not succeed
 * may be corrected; what has succeeded stays what it was, and items that were begun stay in their places.
 */
export function findShiftedTasks(tasks: readonly TaskState[], today: Plan): ShiftedTask[] {
  const titles = new Map(
    [...today.tasks, ...today.skipped].map(({ ordinal, title }) => [ordinal, title]),
  );
  return tasks.flatMap((task) => {
    const is = titles.get(task.ordinal) ?? null;
    const hasBegun = task.attempts.length > 0;
    if (!hasBegun || is === task.title) return [];
    const hasMoved = [...titles.values()].includes(task.title);
    const isOtherWork = is !== null && hasSucceeded(task);
    return hasMoved || isOtherWork ? [{ ordinal: task.ordinal, was: task.title, is }] : [];
  });
}
