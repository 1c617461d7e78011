import type { RunRecord } from '../../services/run-record.ts';

/** Gives each task a signal that is aborted when the journal says that somebody asked for its end, or to leave it out. */
export function cancellationOf(record: RunRecord): (ordinal: number) => AbortSignal {
  const controllers = new Map<number, AbortController>();
  const controllerOf = (ordinal: number): AbortController => {
    const known = controllers.get(ordinal) ?? new AbortController();
    controllers.set(ordinal, known);
    return known;
  };
  record.listen((event, state) => {
    if (event.type === 'task-retried') controllers.delete(event.task);
    // Not at once: the task may have begun with an event that was written after the request, and is heard of after it.
    if (event.type === 'skip-requested')
      queueMicrotask(() => {
        if (record.task(event.task).isSkipRequested) controllerOf(event.task).abort();
      });
    if (event.type !== 'cancel-requested') return;
    for (const { ordinal, isCancelRequested } of state.tasks)
      if (isCancelRequested) controllerOf(ordinal).abort();
  });
  for (const { ordinal, isCancelRequested, isSkipRequested } of record.state().tasks)
    if (isCancelRequested || isSkipRequested) controllerOf(ordinal).abort();
  return (ordinal) => controllerOf(ordinal).signal;
}
