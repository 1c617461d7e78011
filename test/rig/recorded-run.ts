import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalEvent } from '../../src/model/event/event.ts';

const file = join(import.meta.dirname, '..', 'fixtures', 'journal', 'events.ndjson');

/** The events of a real run: five tasks, one of which has to fix a check, and their merge. */
export function recordedEvents(): readonly JournalEvent[] {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as JournalEvent);
}
