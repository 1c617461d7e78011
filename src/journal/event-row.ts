import { crc32 } from 'node:zlib';
import type { JournalEvent, RunEvent } from '../model/event/event.ts';
import { isEventShaped } from '../model/event/event-shape.ts';

/** An event as the database has it. */
export type EventRow = {
  readonly seq: number;
  readonly run: string;
  readonly at: string;
  readonly body: string;
  /** The run's event before it, 0 for its first; null in rows from before there were checksums. */
  readonly previous: number | null;
  readonly checksum: number | null;
};

/** The columns of a row, in the order in which `rowOf` takes them. */
export const eventColumns = 'seq, run, at, body, previous, checksum';

/** Values of these columns, as a statement gives them that returns arrays: many rows come faster so. */
export type EventValues = readonly [number, string, string, string, number | null, number | null];

/** Puts the values of a row under their names. */
export function rowOf([seq, run, at, body, previous, checksum]: EventValues): EventRow {
  return { seq, run, at, body, previous, checksum };
}

/** What an event's row holds, or what is wrong with it. */
export type ReadRow =
  | { readonly ok: true; readonly event: JournalEvent }
  | { readonly ok: false; readonly why: string };

/** Distinguishes an event from what damage has made of it; it does not guard against intent. */
export function checksumOf({ run, at, body }: Pick<EventRow, 'run' | 'at' | 'body'>): number {
  return crc32(`${run}\n${at}\n${body}`);
}

/** Reads a row. `before` is the run's event that was read before it; null when nothing is known of that. */
export function readRow(row: EventRow, before: number | null): ReadRow {
  const { previous, checksum, seq, at, run, body } = row;
  if (previous !== null && before !== null && previous !== before)
    return { ok: false, why: `is not preceded by event ${previous}, which is missing` };
  if (checksum !== null && checksum !== checksumOf(row))
    return { ok: false, why: 'was changed after it was written' };
  const event = parsed(body);
  // Without a checksum, only the shape says.
  const isSound = checksum !== null || (isEventShaped(event) && !Number.isNaN(Date.parse(at)));
  if (event === null || !isSound) return { ok: false, why: 'is no longer an event' };
  // Into the object that was just made: a copy of each would take longer than the reading.
  return { ok: true, event: Object.assign(event, { seq, at, run }) };
}

function parsed(body: string): RunEvent | null {
  try {
    return JSON.parse(body) as RunEvent;
  } catch {
    return null;
  }
}
