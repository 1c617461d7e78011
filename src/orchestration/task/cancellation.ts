import type { RunRecord } from '../../services/run-record.ts';

/** Gives each task a signal that is aborted when the journal says that somebody asked for its end. */
export function cancellationOf(record: RunRecord): (ordinal: number) => AbortSignal {
  const controllers = new Map<number, AbortController>();
  const controllerOf = (ordinal: number): AbortController => {
    const known = controllers.get(ordinal) ?? new AbortController();
    controllers.set(ordinal, known);
    return known;
  };
  record.listen((event, state) => {
    if (event.type === 'task-retried') controllers.delete(event.task);
    if (event.type !== 'cancel-requested') return;
    for (const { ordinal, isCancelRequested } of state.tasks)
      if (isCancelRequested) controllerOf(ordinal).abort();
  });
  for (const { ordinal, isCancelRequested } of record.state().tasks)
    if (isCancelRequested) controllerOf(ordinal).abort();
  return (ordinal) => controllerOf(ordinal).signal;
}
