import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import type { JournalEvent, RunEvent } from '../model/event/event.ts';
import { UserError } from '../model/user-error.ts';
import { openDatabase } from '../files/open-database.ts';
import { tellDamage } from '../files/sqlite-damage.ts';
import { watchDirectory } from '../files/watch-directory.ts';
import { checksumOf } from './event-row.ts';
import { outlineOf } from './journal-outline.ts';
import { openReader } from './journal-reader.ts';
import type { Journal } from './journal.ts';

/** The newest version of a journal that this program reads and writes. */
export const version = 2;

/** The table of the first version; what came later is added to it, in new journals, too. */
const schema = `
  CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    run TEXT NOT NULL,
    at TEXT NOT NULL,
    type TEXT NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS events_of_run ON events (run, seq);
  CREATE INDEX IF NOT EXISTS run_starts ON events (type, seq) WHERE type = 'run-started';
  CREATE TRIGGER IF NOT EXISTS no_update BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
  CREATE TRIGGER IF NOT EXISTS no_delete BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
  CREATE TRIGGER IF NOT EXISTS no_replace BEFORE INSERT ON events
    WHEN EXISTS (SELECT 1 FROM events WHERE seq = NEW.seq)
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END`;

/** Each event names the one before it in its run, and carries a checksum: what is changed or gone is seen. */
const checksums = `
  ALTER TABLE events ADD COLUMN previous INTEGER;
  ALTER TABLE events ADD COLUMN checksum INTEGER`;

/** After these, a lost event would cost money or double an effect: they are on the disk when `append` returns. */
const durable = new Set<RunEvent['type']>([
  'run-started',
  'attempt-intended',
  'control-intended',
  'push-intended',
  'pull-request-intended',
  'pull-request-done',
  'task-returned',
  'answer-intended',
  'undo-intended',
  'undo-published',
  'question-answered',
  'reply-intended',
  'notice-intended',
  'run-ended',
]);

/**
 * Opens a repository's journal; it is made when missing, unless it is only to be read. Throws a `UserError` when the
 * file is damaged or of a newer version: then nothing is written to it.
 */
export function openJournal(file: string, now: () => Date): Journal {
  const database = openJournalDatabase(file);
  const told = <T>(work: () => T): T => tellDamage(damageOf(file), work);
  const insert = database.prepare(insertion);
  const last = database.prepare('SELECT max(seq) AS seq FROM events WHERE run = ?');
  const reader = told(() => openReader(database, file));
  const read = (run: string, after: number): JournalEvent[] => {
    const { events, damage } = told(() => reader.read(run, after));
    if (damage !== null) throw new UserError({ code: 'journal-damaged', ...damage });
    return events;
  };
  return {
    append: (run, event) => {
      reader.requireWhole();
      const at = now().toISOString();
      const body = JSON.stringify(event);
      const isDurable = durable.has(event.type);
      const sum = checksumOf({ run, at, body });
      if (isDurable) database.exec('PRAGMA synchronous = FULL');
      const { lastInsertRowid } = told(() => insert.run(run, at, event.type, body, run, sum));
      if (isDurable) database.exec('PRAGMA synchronous = NORMAL');
      // Parsed again, so that listeners get now what will be read later.
      return Object.assign(JSON.parse(body) as RunEvent, { seq: Number(lastInsertRowid), at, run });
    },
    read,
    readSound: (run) => told(() => reader.read(run, 0)),
    scan: (run, after, take) => told(() => reader.scan(run, after, take)),
    lastSeq: (run) => told(() => (last.get(run) as { seq: number | null }).seq ?? 0),
    runs: () => told(() => reader.beginnings().runs),
    beginnings: () => told(() => reader.beginnings()),
    outline: () => told(() => outlineOf(database)),
    losses: () => told(() => reader.beginnings().losses),
    findRun: (issue) => told(() => reader.findRun(issue)),
    follow: (run, after, signal) => followRun({ file, read, run, after, signal }),
    close: () => database.close(),
  };
}

const insertion = `INSERT INTO events (run, at, type, body, previous, checksum)
  VALUES (?, ?, ?, ?, (SELECT coalesce(max(seq), 0) FROM events WHERE run = ?), ?)`;

/** Opens a journal that must already be there; null when there is none. */
export function openExistingJournal(file: string, now: () => Date): Journal | null {
  return existsSync(file) ? openJournal(file, now) : null;
}

function openJournalDatabase(file: string): DatabaseSync {
  return tellDamage(damageOf(file), () => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const database = openDatabase(file, 10_000);
    try {
      prepareDatabase(database, file);
      return database;
    } catch (error) {
      // Closed, it leaves no files of its own next to the journal.
      database.close();
      throw error;
    }
  });
}

function prepareDatabase(database: DatabaseSync, file: string): void {
  const found = database.prepare('PRAGMA user_version').get() as { user_version: number };
  if (found.user_version > version)
    throw new UserError({
      code: 'journal-newer',
      file,
      version: found.user_version,
      known: version,
    });
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  if (found.user_version < version) migrate(database);
}

/** Brings the table up to this version; another process may do so at the same time. */
function migrate(database: DatabaseSync): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    const found = database.prepare('PRAGMA user_version').get() as { user_version: number };
    if (found.user_version < 1) database.exec(schema);
    if (found.user_version < 2) database.exec(checksums);
    database.exec(`PRAGMA user_version = ${version}; COMMIT`);
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

/** What to say of a file that is damaged. */
function damageOf(file: string): Parameters<typeof tellDamage>[0] {
  return { file, damaged: (why) => ({ code: 'journal-corrupt', file, why }) };
}

type Following = {
  readonly file: string;
  readonly read: (run: string, after: number) => JournalEvent[];
  readonly run: string;
  readonly after: number;
  readonly signal: AbortSignal;
};

async function* followRun(following: Following): AsyncGenerator<JournalEvent> {
  const { file, read, run, signal } = following;
  let after = following.after;
  let wake = (): void => undefined;
  const watcher = watchDirectory(dirname(file), () => wake());
  try {
    while (!signal.aborted) {
      const woken = new Promise<void>((resolve) => (wake = resolve));
      for (const event of read(run, after)) {
        after = event.seq;
        yield event;
      }
      // The watcher reports in under a millisecond; the delay serves file systems that report nothing.
      await Promise.race([woken, delay(250, undefined, { signal }).catch(() => undefined)]);
    }
  } finally {
    watcher.close();
  }
}
