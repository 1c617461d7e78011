import { userInfo } from 'node:os';
import type { Journal } from '../../journal/journal.ts';
import { isOver, type TaskState } from '../../model/state/task-state.ts';
import { visitParts } from '../../model/state/attachment.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { UserError } from '../../model/user-error.ts';
import { identifySelf, isAlive as isProcessAlive } from '../../process/identity.ts';
import { endMarked, signalQuietly } from '../../process/process-tree.ts';
import type { TerminalEnd } from '../../process/run-in-terminal.ts';
import { attemptMarker } from '../../workspace/environment/markers.ts';
import { findRun, findWritablePlace, type FoundRun, type Place } from '../place/find-place.ts';
import type { TaskArgument } from '../place/find-task.ts';
import { makeWayInPlace, tidyInPlace } from '../run/cancel-in-place.ts';
import { refreshRuntimeFiles } from '../run/carry-out.ts';
import { isWorkedOn, untilDone } from '../run/until-done.ts';
import type { AppContext } from '../user-interface.ts';
import { openSession, prepareSession, type PreparedSession } from './open-session.ts';
import { requireAttachable, taskOf } from './require-attachable.ts';

/** What came of a person's wish to work in a task's session. */
export type AttachOutcome = {
  readonly state: RunState;
  readonly task: TaskState;
  /** How their program ended; null: it never began, since they did not wait. */
  readonly end: TerminalEnd | null;
  /** Whether somebody else put an end to it, by cancelling the task. */
  readonly isEnded: boolean;
  /** Whether a living orchestrator continues with the session now. */
  readonly isAlive: boolean;
};

/** How a person gives up. */
export type AttachStop = {
  /** They do not want to wait until they are let in. */
  readonly waiting: AbortSignal;
  /** They must leave, whatever they do: their terminal goes away, say. */
  readonly now: AbortSignal;
};

type Visit = FoundRun & {
  readonly place: Place;
  readonly ordinal: number;
  readonly request: number;
};

/**
 * Opens the session of a task's agent in the agent's own program, in the user's terminal, from any process. The automation of
 * the task makes way first, and takes the session up again when the person leaves, or their process dies. Throws a
 * `UserError` where there is nothing to open.
 */
export async function attachTask(
  { issue, task: ordinal }: TaskArgument,
  context: AppContext,
  stop: AttachStop,
): Promise<AttachOutcome> {
  const place = await findWritablePlace(context.directory, context.env);
  const found = await findRun(place, issue);
  const { journal } = found;
  try {
    const agent = requireAttachable(found.state, ordinal);
    // What is missing is reported before anything is ended.
    const prepared = await prepareSession({ ...found, place, agent }, context);
    const visit = { ...found, place, ordinal, request: await ask(place, found, ordinal) };
    try {
      const end = await work(visit, prepared, { context, stop });
      return await leave(visit, end);
    } catch (error) {
      await leave(visit, null);
      throw error;
    }
  } finally {
    journal.close();
  }
}

/** Writes the wish down, and gives its number. Throws a `UserError` when somebody else is there. */
async function ask(place: Place, { journal, state }: FoundRun, ordinal: number): Promise<number> {
  const { run } = state;
  const before = taskOf(reread(journal, state), ordinal).attached;
  if (before !== null) {
    if (await isProcessAlive(before.process)) throw occupied(ordinal, before);
    const own = attemptMarker(place.state.root, run, ordinal, ...visitParts(before.request));
    await endMarked((marker) => marker === own, 2_000);
    const { request } = before;
    journal.append(run, { type: 'task-detached', task: ordinal, request, why: 'lost' });
  }
  const by = userInfo().username;
  const attacher = await identifySelf();
  const { seq } = journal.append(run, { type: 'attach-requested', task: ordinal, by, attacher });
  const { attached } = taskOf(reread(journal, state), ordinal);
  // Of two who asked at once, the first in the journal is let in.
  if (attached?.request !== seq) throw occupied(ordinal, attached);
  return seq;
}

function occupied(ordinal: number, attached: TaskState['attached']): UserError {
  const { by = '', process = null, since = '' } = attached ?? {};
  return new UserError({ code: 'attached-already', ordinal, by, pid: process?.pid ?? 0, since });
}

/** Waits until nothing else works on the task, then opens its session. */
async function work(
  visit: Visit,
  prepared: PreparedSession,
  { context, stop }: { readonly context: AppContext; readonly stop: AttachStop },
): Promise<TerminalEnd | null> {
  const { place, journal, state: first, ordinal, request } = visit;
  const given = AbortSignal.any([stop.waiting, stop.now]);
  const isWaiting = (state: RunState): boolean => {
    const task = taskOf(state, ordinal);
    const isHoped = !isOver(task) || task.status === 'failed' || task.status === 'cancelled';
    return !given.aborted && isHoped && task.attached?.request === request && !task.attached.isHere;
  };
  let state = first;
  let isNoted = false;
  do {
    state = await untilDone(
      { journal, state },
      {
        isDone: (now) => !isWaiting(now),
        inPlace: (now) => makeWayInPlace(place, { journal, state: now }, { ordinal, request }),
      },
    );
    if (isWaiting(state) && !isNoted)
      context.user.warn(
        `Task ${ordinal} is being checked or prepared: you are let in when that is done. Ctrl-C: do not wait.`,
      );
    isNoted = true;
  } while (isWaiting(state));
  if (given.aborted) return null;
  const { attached } = taskOf(state, ordinal);
  if (attached?.request !== request || !attached.isHere) {
    // It came to its end meanwhile.
    requireAttachable(state, ordinal);
    return null;
  }
  requireAttachable(state, ordinal, { isToKnowSession: true });
  const ended = untilEnded(visit, stop.now);
  try {
    return await openSession(prepared, { state, ordinal, request, signal: ended.signal });
  } finally {
    ended.close();
  }
}

/** Is aborted when the person is not attached any more by what others did, or they must leave. */
function untilEnded(
  { journal, state, ordinal, request }: Visit,
  stop: AbortSignal,
): { readonly signal: AbortSignal; readonly close: () => void } {
  const closed = new AbortController();
  const ended = new AbortController();
  const watch = async (): Promise<void> => {
    for await (const _ of journal.follow(state.run, journal.lastSeq(state.run), closed.signal)) {
      const { attached } = taskOf(reread(journal, state), ordinal);
      if (attached?.request !== request) ended.abort();
    }
  };
  void watch().catch(() => undefined);
  return { signal: AbortSignal.any([ended.signal, stop]), close: () => closed.abort() };
}

/** Gives the task back to its automation. */
async function leave(visit: Visit, end: TerminalEnd | null): Promise<AttachOutcome> {
  const { place, journal, state: first, ordinal, request } = visit;
  const { run } = first;
  const { attached } = taskOf(reread(journal, first), ordinal);
  const isStillHere = attached?.request === request;
  if (isStillHere) {
    const why = attached.isHere ? 'left' : 'withdrawn';
    journal.append(run, { type: 'task-detached', task: ordinal, request, why });
  }
  const state = reread(journal, first);
  const isAlive = await isWorkedOn(state);
  if (isAlive) signalQuietly(state.orchestrator.pid, 'SIGUSR2');
  else {
    await tidyInPlace(place, state, ordinal);
    await refreshRuntimeFiles(place, journal, run);
  }
  return { state, task: taskOf(state, ordinal), end, isEnded: !isStillHere, isAlive };
}

function reread(journal: Journal, state: RunState): RunState {
  return foldRun(journal.read(state.run, 0)) ?? state;
}
