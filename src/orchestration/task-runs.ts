import { hasSucceeded, isOver, openAttempt } from '../model/state/task-state.ts';
import type { Services } from '../services/run-services.ts';
import { makeWay } from './task/make-way.ts';

/** The tasks that are run now, each of them once at most. */
export type TaskRuns = {
  /** Runs a task until it ends or rests; joins the run that is under way. */
  readonly run: (ordinal: number) => Promise<void>;
  /** Ends what somebody asked to end or to leave out, also where no place is free for it or nobody would come to it. */
  readonly endRequested: () => Promise<void>;
  /** Writes down as cancelled, or as skipped, what was asked for while the run was ending. Nothing is ended for anybody after it. */
  readonly close: () => void;
};

/**
 * Runs tasks, and hears requests to cancel or to skip: a task that runs is ended by its own signal, and one that rests or waits is
 * run at once, and its one step is to end. A person who wants to work in the session of one that is not run is let in here.
 */
export function openTaskRuns(
  services: Services<'record' | 'workspaces' | 'clock' | 'agents'>,
  begin: (ordinal: number) => Promise<void>,
): TaskRuns {
  const { record } = services;
  const running = new Map<number, Promise<void>>();
  let isOpen = true;
  const run = (ordinal: number): Promise<void> => {
    const ended =
      running.get(ordinal) ??
      begin(ordinal).finally(() => {
        running.delete(ordinal);
        letIn(ordinal);
      });
    running.set(ordinal, ended);
    return ended;
  };
  const requested = (): number[] =>
    record
      .state()
      .tasks.filter((task) => (task.isCancelRequested || task.isSkipRequested) && !isOver(task))
      .map(({ ordinal }) => ordinal);
  const endRequested = async (): Promise<void> => {
    if (isOpen) await Promise.all(requested().map(run));
  };
  /** A task with an open attempt makes way when it is run: the attempt must end first. */
  function letIn(ordinal: number): void {
    const task = record.task(ordinal);
    if (task.attached === null || running.has(ordinal) || openAttempt(task) !== null) return;
    if (hasSucceeded(task)) return;
    void makeWay(services, ordinal).catch(() => undefined);
  }
  for (const { ordinal } of record.state().tasks) letIn(ordinal);
  record.listen((event) => {
    // Not at once: all listeners hear of one event before the next is written.
    if (event.type === 'attach-requested') queueMicrotask(() => letIn(event.task));
    if (event.type === 'cancel-requested' || event.type === 'skip-requested')
      queueMicrotask(() => void endRequested().catch(() => undefined));
  });
  return {
    run,
    endRequested,
    close: () => {
      record.catchUp();
      for (const task of requested())
        // The process that asked ends an agent that is still known to run: then there is no orchestrator any more.
        if (openAttempt(record.task(task)) === null)
          record.record({
            type: record.task(task).isCancelRequested ? 'task-cancelled' : 'task-skipped',
            task,
          });
      isOpen = false;
    },
  };
}

/** Is aborted when somebody asks for the end of the whole run. */
export function wholeCancellationOf({ record }: Services<'record'>): AbortSignal {
  const controller = new AbortController();
  if (record.state().isCancelRequested) controller.abort();
  record.listen((event, { isCancelRequested }) => {
    if (event.type === 'cancel-requested' && isCancelRequested) controller.abort();
  });
  return controller.signal;
}
