import { copyFileSync, existsSync, linkSync, renameSync, rmSync } from 'node:fs';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { openDatabase } from '../files/open-database.ts';
import { isCorrupt } from '../files/sqlite-damage.ts';
import type { JournalDamage } from '../model/user-error.ts';
import { checksumOf, readRow, type EventRow } from './event-row.ts';
import { openJournal } from './sqlite-journal.ts';

/** What became of a journal that was damaged. */
export type Rescue = {
  /** Events that are in the new journal. */
  readonly events: number;
  readonly runs: number;
  /** Where each run that could not be read as a whole ends now. */
  readonly damages: readonly JournalDamage[];
  /** Where the damaged file is now; null: nothing is damaged, and the journal is as it was. */
  readonly aside: string | null;
};

/**
 * Makes a journal of all that can be read of a damaged one: of each run, its events before the first that is damaged or
 * gone. The damaged file is kept next to it. No other process may have it open.
 */
export function rescueJournal(file: string, stamp: string): Rescue {
  const draft = `${file}.new`;
  for (const part of parts) rmSync(`${draft}${part}`, { force: true });
  openJournal(draft, () => new Date()).close();
  const target = openDatabase(draft, 0);
  const source = openDamaged(file);
  const copy = startCopy(file, target);
  try {
    target.exec('BEGIN');
    const isWhole = source !== null && copyRows(source, copy.take) && isSound(source);
    target.exec('COMMIT');
    const found = copy.result();
    if (isWhole && found.damages.length === 0) return { ...found, aside: null };
  } finally {
    target.close();
    closeQuietly(source);
  }
  const aside = `${file}.damaged-${stamp}`;
  exchange({ file, draft, aside });
  return { ...copy.result(), aside };
}

/** A database, and what SQLite keeps next to it while it is open or was not closed. */
const parts = ['', '-wal', '-shm'];

/** At every moment there is a journal under its name, the old or the new one. */
function exchange(names: {
  readonly file: string;
  readonly draft: string;
  readonly aside: string;
}): void {
  const { file, draft, aside } = names;
  try {
    linkSync(file, aside);
  } catch {
    // A file system without hard links.
    copyFileSync(file, aside);
  }
  // The old one's log would be taken for the new one's.
  for (const part of parts.slice(1))
    if (existsSync(`${file}${part}`)) renameSync(`${file}${part}`, `${aside}${part}`);
  renameSync(draft, file);
}

/** Null for a file of which nothing can be read. */
function openDamaged(file: string): DatabaseSync | null {
  try {
    const database = openDatabase(file, 10_000);
    database.prepare('SELECT seq FROM events LIMIT 0').get();
    return database;
  } catch {
    return null;
  }
}

/** A file that is damaged may refuse even that. */
function closeQuietly(database: DatabaseSync | null): void {
  try {
    database?.close();
  } catch {
    // What can be read of it was read.
  }
}

/** Whether everything besides the events, such as their indexes, is as it should be. */
function isSound(database: DatabaseSync): boolean {
  try {
    const answer = database.prepare('PRAGMA integrity_check(1)').get() as Record<string, unknown>;
    const counted = database
      .prepare(
        `SELECT (SELECT seq FROM sqlite_sequence WHERE name = 'events') AS given, max(seq) AS last FROM events`,
      )
      .get() as { given: number | null; last: number | null };
    return answer['integrity_check'] === 'ok' && counted.given === counted.last;
  } catch (error) {
    if (isCorrupt(error)) return false;
    throw error;
  }
}

/** Hands over all rows that the file gives, in order; false: there are places that it does not give. */
function copyRows(database: DatabaseSync, take: (row: EventRow) => void): boolean {
  const version = database.prepare('PRAGMA user_version').get() as { user_version: number };
  const more =
    version.user_version < 2 ? 'NULL AS previous, NULL AS checksum' : 'previous, checksum';
  const rows = `SELECT seq, run, at, body, ${more} FROM events`;
  const from = database.prepare(`${rows} WHERE seq > ? ORDER BY seq`);
  const one = database.prepare(`${rows} WHERE seq = ?`);
  const last = lastSeq(database);
  let seq = 0;
  let isWhole = true;
  while (true) {
    try {
      for (const row of from.iterate(seq) as Iterable<EventRow>) {
        seq = row.seq;
        take(row);
      }
      return isWhole;
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      isWhole = false;
    }
    const next = nextReadable(one, seq, last);
    if (next === null) return false;
    seq = next.seq;
    take(next);
  }
}

/** The next row that lies in a part of the file that can be read; each is asked for alone. */
function nextReadable(one: StatementSync, after: number, last: number): EventRow | null {
  for (let seq = after + 1; seq <= last; seq += 1) {
    try {
      const row = one.get(seq) as EventRow | undefined;
      if (row !== undefined) return row;
    } catch (error) {
      if (!isCorrupt(error)) throw error;
    }
  }
  return null;
}

function lastSeq(database: DatabaseSync): number {
  for (const query of [
    `SELECT seq FROM sqlite_sequence WHERE name = 'events'`,
    'SELECT max(seq) AS seq FROM events',
  ])
    try {
      const found = database.prepare(query).get() as { seq: number | null } | undefined;
      if (found?.seq) return found.seq;
    } catch (error) {
      if (!isCorrupt(error)) throw error;
    }
  return 0;
}

type Copy = {
  readonly take: (row: EventRow) => void;
  readonly result: () => Omit<Rescue, 'aside'>;
};

/** Writes the events of each run until one of them is damaged or gone. */
function startCopy(file: string, target: DatabaseSync): Copy {
  const insert = target.prepare(
    'INSERT INTO events (seq, run, at, type, body, previous, checksum) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const newest = new Map<string, number>();
  const damages = new Map<string, JournalDamage>();
  let events = 0;
  const take = (row: EventRow): void => {
    const { seq, run, at, body } = row;
    if (damages.has(run)) return;
    const before = newest.get(run) ?? 0;
    const found = readRow(row, before);
    const isBegun = before > 0 || (found.ok && found.event.type === 'run-started');
    if (!found.ok || !isBegun) {
      const why = found.ok ? 'is not its beginning' : found.why;
      damages.set(run, { file, run, seq, why });
      return;
    }
    insert.run(seq, run, at, found.event.type, body, before, checksumOf(row));
    newest.set(run, seq);
    events += 1;
  };
  return {
    take,
    result: () => ({ events, runs: newest.size, damages: [...damages.values()] }),
  };
}
