import { expect, test } from 'vitest';
import type { JournalEvent } from '../../src/model/event/event.ts';
import { betweenEvents } from './spans.ts';

/** Events at seconds after the start; only what is read of them is there. */
function eventsAt(...events: readonly (readonly [number, string, object?])[]): JournalEvent[] {
  return events.map(
    ([second, type, more]) =>
      ({ type, at: new Date(second * 1_000).toISOString(), ...more }) as unknown as JournalEvent,
  );
}

test('each second of a run belongs to one part of it, and resolving is no part of the train', () => {
  const [work, help] = [
    { task: 1, attempt: 1, why: 'first' },
    { task: 1, attempt: 2, why: 'resolve' },
  ];
  const events = eventsAt(
    [2, 'run-started'],
    [3, 'attempt-intended', work],
    [4, 'attempt-started', work],
    [14, 'attempt-ended', work],
    [17, 'train-planned'],
    [18, 'attempt-intended', help],
    [19, 'attempt-started', help],
    [24, 'attempt-ended', help],
    [26, 'merge-done', { task: 1 }],
    [27, 'run-ended'],
  );
  expect(betweenEvents(events, 0, 28_000)).toEqual({
    ...{ planning: 2, beforeAgents: 2, agents: 10, betweenAgentsAndTrain: 3 },
    ...{ train: 4, resolving: 5, afterLastMerge: 2 },
  });
});
