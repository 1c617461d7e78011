import { isCiAwaited } from '../model/state/feedback.ts';
import { isOver, type TaskState } from '../model/state/task-state.ts';
import type { RunState } from '../model/state/run-state.ts';
import { UserError } from '../model/user-error.ts';
import { signalQuietly } from '../process/process-tree.ts';
import type { AppContext } from './user-interface.ts';
import { cancelInPlace } from './run/cancel-in-place.ts';
import { isWorkedOn, untilDone } from './run/until-done.ts';
import { findWritablePlace, findRun, type FoundRun, type Place } from './place/find-place.ts';

/** What came of a request to end tasks. */
export type CancelOutcome = {
  readonly state: RunState;
  /** What there was to end: open tasks, second runs alone, the watch over checks, or nothing. */
  readonly what: 'tasks' | 'controls' | 'watch' | 'nothing';
  /** The open tasks that were meant. */
  readonly ordinals: readonly number[];
};

/**
 * Ends tasks, or all of a run, from any process. The request is written to the journal; a living orchestrator is nudged
 * to read it and ends its agents, otherwise this process does it instead. The outcome is what the journal says afterwards.
 */
export async function cancelTasks(
  params: { readonly issue: string; readonly tasks: readonly number[] },
  context: Pick<AppContext, 'directory' | 'env'>,
): Promise<CancelOutcome> {
  const place = await findWritablePlace(context.directory, context.env);
  const found = await findRun(place, params.issue);
  try {
    const { journal, state } = found;
    const known = state.tasks.map(({ ordinal }) => ordinal);
    const missing = params.tasks.filter((ordinal) => !known.includes(ordinal));
    if (missing.length > 0)
      throw new UserError({ code: 'no-such-task-in-run', ordinals: missing, known });
    const tasks = params.tasks.length === 0 ? null : params.tasks;
    const open = state.tasks
      .filter((task) => (tasks?.includes(task.ordinal) ?? true) && !isOver(task))
      .map(({ ordinal }) => ordinal);
    if (open.length === 0) {
      const ended = { state, ordinals: open };
      if (await endControls(place, found, tasks)) return { ...ended, what: 'controls' };
      const isWatchEnded = tasks === null && (await endWatch(found));
      return { ...ended, what: isWatchEnded ? 'watch' : 'nothing' };
    }
    journal.append(state.run, { type: 'cancel-requested', tasks });
    return { state: await untilOver(place, found, open), what: 'tasks', ordinals: open };
  } finally {
    found.journal.close();
  }
}

/** Ends a run that continues for the checks of its pull requests alone; false when it does not. */
async function endWatch({ journal, state }: FoundRun): Promise<boolean> {
  const isWatching = state.ended === null && state.tasks.some(isCiAwaited);
  if (!isWatching || !(await isWorkedOn(state))) return false;
  journal.append(state.run, { type: 'cancel-requested', tasks: null });
  signalQuietly(state.orchestrator.pid, 'SIGUSR2');
  return true;
}

/** Ends tasks that run a second time, alone; false when none of those meant does. */
async function endControls(
  place: Place,
  { journal, state }: FoundRun,
  tasks: readonly number[] | null,
): Promise<boolean> {
  const isMeant = ({ ordinal, control }: TaskState): boolean =>
    control?.outcome === null && (tasks?.includes(ordinal) ?? true);
  if (!state.tasks.some(isMeant)) return false;
  // By their numbers: the run itself has come to its end, and is not cancelled.
  const meant = tasks ?? state.tasks.map(({ ordinal }) => ordinal);
  journal.append(state.run, { type: 'cancel-requested', tasks: meant });
  if (await isWorkedOn(state)) signalQuietly(state.orchestrator.pid, 'SIGUSR2');
  else await cancelInPlace(place, { journal, state });
  return true;
}

/** Waits until the tasks are over, no matter what ends them, for a bounded time; gives the run's state then. */
async function untilOver(place: Place, found: FoundRun, tasks: number[]): Promise<RunState> {
  return untilDone(found, {
    isDone: (state) =>
      !chosen(state, tasks).some((task) => !isOver(task) && task.isCancelRequested),
    inPlace: (state) => cancelInPlace(place, { ...found, state }),
  });
}

function chosen({ tasks }: RunState, ordinals: readonly number[]): TaskState[] {
  return tasks.filter(({ ordinal }) => ordinals.includes(ordinal));
}
