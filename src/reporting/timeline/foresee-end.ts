import { layOut } from '../../model/state/timeline.ts';
import type { PlannedTask } from '../../model/plan/plan.ts';
import { isOver, type TaskState } from '../../model/state/task-state.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { isLeftOut } from '../../model/state/run-status.ts';
import { timeOfTask } from '../metrics/run-time.ts';

/** When a run's open tasks will probably start and end, as things stand. */
export type ForeseenEnd = {
  /** ISO 8601; null when nothing is open, or there is no plan. */
  readonly end: string | null;
  readonly tasks: readonly {
    readonly task: number;
    readonly from: string;
    readonly to: string;
  }[];
};

const minuteMs = 60_000;
/** A task that has taken longer than was foreseen takes this share of it more, again and again. */
const overtime = 0.25;

/**
 * Lays the open tasks of a run out from now on, by its plan's estimates, corrected by what its tasks that succeeded have
 * taken. `now` in milliseconds since 1970.
 */
export function foreseeEnd(state: RunState, now: number): ForeseenEnd {
  const { plan } = state;
  if (plan === null || state.ended !== null) return { end: null, tasks: [] };
  const known = new Map(state.tasks.map((task) => [task.ordinal, task]));
  const open = plan.tasks.filter(({ ordinal }) => isOpen(state, known.get(ordinal)));
  const ordinals = new Set(open.map(({ ordinal }) => ordinal));
  const factor = factorSoFar(state, plan.tasks);
  const left = open.map((task) => ({
    ...task,
    stackOn: task.stackOn !== null && ordinals.has(task.stackOn) ? task.stackOn : null,
    estimateMinutes: minutesLeft(
      state,
      known.get(task.ordinal),
      task.estimateMinutes * factor,
      now,
    ),
  }));
  const begun = new Set(ordinalsAtWork(state));
  const slots = layOut({ phases: plan.phases, tasks: left }, state.settings.maxWorkers, begun);
  const at = (minutes: number): string => new Date(now + minutes * minuteMs).toISOString();
  const tasks = slots.map(({ ordinal, start, end }) => ({
    task: ordinal,
    from: at(start),
    to: at(end),
  }));
  const last = slots.length === 0 ? null : at(Math.max(...slots.map(({ end }) => end)));
  return { end: last, tasks };
}

function isOpen(state: RunState, task: TaskState | undefined): boolean {
  return (
    task !== undefined && !isOver(task) && task.status !== 'blocked' && !isLeftOut(state, task)
  );
}

/** The tasks that an agent has begun, and that are not over. */
function ordinalsAtWork({ tasks }: RunState): readonly number[] {
  return tasks
    .filter(({ status, attempts }) => status === 'running' && attempts.length > 0)
    .map(({ ordinal }) => ordinal);
}

function minutesLeft(
  state: RunState,
  task: TaskState | undefined,
  minutes: number,
  now: number,
): number {
  const taken = task === undefined ? null : timeOfTask(state, task, new Date(now).toISOString());
  if (taken === null) return minutes;
  return Math.max(minutes - taken / minuteMs, minutes * overtime);
}

/** What was taken over what was foreseen, of the tasks that succeeded: 1 while there are none. */
function factorSoFar(state: RunState, planned: readonly PlannedTask[]): number {
  const estimates = new Map(
    planned.map(({ ordinal, estimateMinutes }) => [ordinal, estimateMinutes]),
  );
  let [taken, foreseen] = [0, 0];
  for (const task of state.tasks) {
    const isDone = task.status === 'completed' || task.status === 'merged';
    const took = isDone ? timeOfTask(state, task) : null;
    const estimate = estimates.get(task.ordinal);
    if (took === null || estimate === undefined) continue;
    taken += took / minuteMs;
    foreseen += estimate;
  }
  return foreseen === 0 || taken === 0 ? 1 : taken / foreseen;
}
