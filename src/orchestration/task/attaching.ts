import type { RunRecord } from '../../services/run-record.ts';
import type { Services } from '../../services/run-services.ts';

/** Gives each task a signal that is aborted while a person works in its session, or wants to; a new one after that. */
export function attachingOf(record: RunRecord): (ordinal: number) => AbortSignal {
  const controllers = new Map<number, AbortController>();
  record.listen((event) => {
    if (event.type === 'attach-requested' && record.task(event.task).attached !== null)
      controllers.get(event.task)?.abort();
    if (event.type === 'task-detached' || event.type === 'task-cancelled')
      controllers.delete(event.task);
  });
  return (ordinal) => {
    const known = controllers.get(ordinal) ?? new AbortController();
    controllers.set(ordinal, known);
    if (record.task(ordinal).attached !== null) known.abort();
    return known.signal;
  };
}

/** Is aborted when a task must do something else than what it waits for: end, or make way for a person. */
export function interruptionOf({ clock }: Services<'clock'>, ordinal: number): AbortSignal {
  return AbortSignal.any([clock.cancelSignal(ordinal), clock.attachSignal(ordinal)]);
}
