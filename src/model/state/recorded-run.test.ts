import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { JournalEvent } from '../event/event.ts';
import { isEventShaped } from '../event/event-shape.ts';
import { foldRun } from './fold-run.ts';

const recorded = join(import.meta.dirname, '..', '..', '..', 'test', 'fixtures', 'journal');
const read = (name: string): string => readFileSync(join(recorded, name), 'utf8');

test('a journal that an earlier version wrote folds to the state that it had then', () => {
  const events = read('events.ndjson')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as JournalEvent);
  expect(events).toHaveLength(154);
  expect(events.filter((event) => !isEventShaped(event))).toEqual([]);
  const state: unknown = JSON.parse(JSON.stringify(foldRun(events)));
  // What a later version knows besides is no change of what was.
  expect(state).toMatchObject(JSON.parse(read('state.json')) as object);
});
