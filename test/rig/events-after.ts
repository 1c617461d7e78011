import type { JournalEvent, RunEvent } from '../../src/model/event/event.ts';

/** Events of a run, and then what came so many seconds after the last of them. */
export function eventsAfter(
  events: readonly JournalEvent[],
  later: readonly (readonly [number, RunEvent])[],
): JournalEvent[] {
  const last = events.at(-1)!;
  const added = later.map(([seconds, event], index) => ({
    ...event,
    seq: last.seq + 1 + index,
    at: new Date(Date.parse(last.at) + seconds * 1000).toISOString(),
    run: last.run,
  }));
  return [...events, ...added];
}
