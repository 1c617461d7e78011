import { isOver, openAttempt } from '../model/state/task-state.ts';
import type { Services } from '../services/run-services.ts';

/** The lives that the tasks of a run live now, each task one at most. */
export type Lives = {
  /** Lives a task's life to its end or rest; joins the one that is under way. */
  readonly live: (ordinal: number) => Promise<void>;
  /** Ends what somebody asked to end, also where no place is free for it or nobody would come to it. */
  readonly endRequested: () => Promise<void>;
  /** Writes down as cancelled what was asked for while the run was ending. Nothing is ended for anybody after it. */
  readonly close: () => void;
};

/**
 * Lets tasks live, and hears requests to cancel: a life that is under way ends by its own signal, and a task that rests
 * or waits gets a life at once, whose one step is to end.
 */
export function openLives(
  services: Services<'record'>,
  begin: (ordinal: number) => Promise<void>,
): Lives {
  const { record } = services;
  const living = new Map<number, Promise<void>>();
  let isOpen = true;
  const live = (ordinal: number): Promise<void> => {
    const life = living.get(ordinal) ?? begin(ordinal).finally(() => void living.delete(ordinal));
    living.set(ordinal, life);
    return life;
  };
  const requested = (): number[] =>
    record
      .state()
      .tasks.filter((task) => task.isCancelRequested && !isOver(task))
      .map(({ ordinal }) => ordinal);
  const endRequested = async (): Promise<void> => {
    if (isOpen) await Promise.all(requested().map(live));
  };
  record.listen((event) => {
    // Not at once: all listeners hear of one event before the next is written.
    if (event.type === 'cancel-requested')
      queueMicrotask(() => void endRequested().catch(() => undefined));
  });
  return {
    live,
    endRequested,
    close: () => {
      record.catchUp();
      for (const task of requested())
        // The process that asked ends an agent that is still known to run: then there is no orchestrator any more.
        if (openAttempt(record.task(task)) === null)
          record.record({ type: 'task-cancelled', task });
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
