import { setTimeout as delay } from 'node:timers/promises';
import { exitCodes } from '../../model/state/run-status.ts';
import { isCiAwaited } from '../../model/state/feedback.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import { isOver, type TaskState } from '../../model/state/task-state.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { UserError } from '../../model/user-error.ts';
import { isAlive } from '../../process/identity.ts';
import { signalQuietly } from '../../process/process-tree.ts';
import { cancelInPlace } from '../../app/run/cancel-in-place.ts';
import type { CommandContext } from '../command-context.ts';
import {
  findWritablePlace,
  findRun,
  type FoundRun,
  type Place,
} from '../../app/place/open-repository.ts';

/**
 * `flotilla cancel <issue> [task…]`: ends tasks, or all of a run, from any terminal. The request is written to the
 * journal; a living orchestrator is nudged to read it and ends its agents, otherwise this process does it instead. The report is
 * what the journal says afterwards.
 */
export async function cancel(
  order: { readonly issue: string; readonly tasks: readonly number[] },
  context: CommandContext,
): Promise<number> {
  const place = await findWritablePlace(context.directory, context.env);
  const found = await findRun(place, order.issue);
  try {
    const { journal, state } = found;
    const known = state.tasks.map(({ ordinal }) => ordinal);
    const missing = order.tasks.filter((ordinal) => !known.includes(ordinal));
    if (missing.length > 0)
      throw new UserError({ code: 'no-such-task-in-run', ordinals: missing, known });
    const tasks = order.tasks.length === 0 ? null : order.tasks;
    const open = state.tasks
      .filter((task) => (tasks?.includes(task.ordinal) ?? true) && !isOver(task))
      .map(({ ordinal }) => ordinal);
    if (open.length === 0) {
      if (await endControls(place, found, tasks)) {
        context.stdout.write(
          `All tasks of ${state.run} are over; what ran a second time alone is ended, and is not measured.\n`,
        );
        return exitCodes.succeeded;
      }
      if (tasks === null && (await endWatch(found))) {
        context.stdout.write(
          `All tasks of ${state.run} are over; it no longer waits for checks. Its pull requests stay open.\n`,
        );
        return exitCodes.succeeded;
      }
      context.stdout.write(
        `Nothing to cancel: ${tasks === null ? 'no task' : 'none of these tasks'} of ${state.run} is open.\n`,
      );
      return exitCodes.succeeded;
    }
    journal.append(state.run, { type: 'cancel-requested', tasks });
    return report(await untilOver(place, found, open), open, context);
  } finally {
    found.journal.close();
  }
}

/** Ends a run that continues for the checks of its pull requests alone; false when it does not. */
async function endWatch({ journal, state }: FoundRun): Promise<boolean> {
  const isWatching = state.ended === null && state.tasks.some(isCiAwaited);
  if (!isWatching || !(await isAlive(state.orchestrator))) return false;
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
  if (state.ended === null && (await isAlive(state.orchestrator)))
    signalQuietly(state.orchestrator.pid, 'SIGUSR2');
  else await cancelInPlace(place, { journal, state });
  return true;
}

/** Ending a tree that ignores TERM takes the orchestrator its grace and a little. */
const patienceMs = 30_000;

/** Waits until the tasks are over, no matter what ends them, for a bounded time; gives the run's state then. */
async function untilOver(place: Place, found: FoundRun, tasks: number[]): Promise<RunState> {
  const { journal } = found;
  const deadline = performance.now() + patienceMs;
  let nudged = 0;
  for (;;) {
    const seen = journal.lastSeq(found.state.run);
    const state = foldRun(journal.read(found.state.run, 0)) ?? found.state;
    const isAnyMeant = chosen(state, tasks).some((task) => !isOver(task) && task.isCancelRequested);
    if (!isAnyMeant || performance.now() > deadline) return state;
    if (state.ended === null && (await isAlive(state.orchestrator))) {
      const { pid } = state.orchestrator;
      if (pid !== nudged) signalQuietly(pid, 'SIGUSR2');
      nudged = pid;
      await nextEvent({ journal, state }, seen);
    } else if (!(await cancelInPlace(place, { journal, state }))) await delay(100);
  }
}

/** A death writes no event: between two events it is looked for. */
const lookMs = 500;

async function nextEvent({ journal, state }: FoundRun, seen: number): Promise<void> {
  const events = journal.follow(state.run, seen, AbortSignal.timeout(lookMs));
  for await (const _ of events) break;
}

function chosen({ tasks }: RunState, ordinals: readonly number[]): TaskState[] {
  return tasks.filter(({ ordinal }) => ordinals.includes(ordinal));
}

function report(
  state: RunState,
  ordinals: readonly number[],
  { stdout, stderr }: CommandContext,
): number {
  const tasks = chosen(state, ordinals);
  const named = (some: readonly TaskState[]): string =>
    `task ${some.map(({ ordinal }) => ordinal).join(', ')}`;
  const cancelled = tasks.filter(({ status }) => status === 'cancelled');
  const open = tasks.filter((task) => !isOver(task));
  if (cancelled.length > 0)
    stdout.write(
      `Cancelled in ${state.run}: ${named(cancelled)}. Their work is kept; --retry resumes them.\n`,
    );
  for (const { ordinal, status } of tasks)
    if (status === 'completed' || status === 'merged' || status === 'failed')
      stdout.write(`Task ${ordinal} had already ended: it is ${status}.\n`);
  if (open.length === 0) return exitCodes.succeeded;
  stderr.write(
    `Not cancelled yet in ${state.run}: ${named(open)}. Process ${state.orchestrator.pid} works on the run and has been asked.\n` +
      'Look again with flotilla status, or run the same command again.\n',
  );
  return exitCodes.other;
}
