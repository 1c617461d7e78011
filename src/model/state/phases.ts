import { hasSucceeded, type TaskState } from './task-state.ts';
import type { RunState } from './run-state.ts';
import { isLeftOut } from './run-status.ts';

/** How a phase stands: its number, of how many, and how many of its chosen tasks have succeeded. */
export type PhaseStanding = {
  readonly phase: number;
  readonly of: number;
  readonly succeeded: number;
  readonly total: number;
  /** Whether all of it is in the base. */
  readonly isMerged: boolean;
};

/** The last phase that a run has begun; its first one when it has begun none. */
export function begunPhase(state: RunState): PhaseStanding {
  const begun = state.tasks.filter(hasBegun).map(({ ordinal }) => phaseOf(state, ordinal));
  const phase = begun.length === 0 ? firstPhase(state) : Math.max(...begun);
  const tasks = state.tasks.filter(
    (task) => phaseOf(state, task.ordinal) === phase && !isLeftOut(state, task),
  );
  return {
    phase,
    of: state.plan?.phases.length ?? 1,
    succeeded: tasks.filter(hasSucceeded).length,
    total: tasks.length,
    isMerged: tasks.every(({ status }) => status === 'merged'),
  };
}

/** Whether a task waits for its phase to begin: no task of that phase was begun, and it is not the first one. */
export function isToCome(state: RunState, task: TaskState): boolean {
  const phase = phaseOf(state, task.ordinal);
  if (phase === firstPhase(state)) return false;
  return state.tasks.every((one) => phaseOf(state, one.ordinal) !== phase || !hasBegun(one));
}

/** Whether the task is known to have been worked on, or ended. */
function hasBegun({ status, attempts, workspace }: TaskState): boolean {
  const isIdle = status === 'queued' || status === 'skipped';
  return !isIdle || attempts.length > 0 || workspace !== null;
}

function phaseOf({ plan }: RunState, ordinal: number): number {
  return plan?.tasks.find((task) => task.ordinal === ordinal)?.phase ?? 1;
}

function firstPhase({ plan }: RunState): number {
  const phases = plan?.tasks.map(({ phase }) => phase) ?? [];
  return phases.length === 0 ? 1 : Math.min(...phases);
}

/** The tasks that continuing a run is limited to, since only these were chosen; null: all that are open. */
export function choiceGoingOn(state: RunState): readonly number[] | null {
  const { only, tasks, settings } = state;
  if (only === null) return null;
  const chosen = tasks.filter((task) => only.includes(task.ordinal) || !isLeftOut(state, task));
  const isMerging = (settings.merge ?? 'never') !== 'never';
  const isDone = (task: TaskState): boolean =>
    isMerging ? task.status === 'merged' : hasSucceeded(task);
  // What was chosen is done: the rest is what there is to continue with.
  if (tasks.length > 0 && (chosen.length === tasks.length || chosen.every(isDone))) return null;
  const ordinals = new Set([...only, ...chosen.map(({ ordinal }) => ordinal)]);
  return [...ordinals].toSorted((one, other) => one - other);
}
