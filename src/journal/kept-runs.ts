import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { openDatabase } from '../files/open-database.ts';
import { isExplained, lookAt, type Look } from './file-look.ts';
import type { JournalOutline, RunEnd } from './journal-outline.ts';
import {
  inTransaction,
  makeTables,
  readRows,
  removeRows,
  writeRows,
  type KeptRow,
} from './kept-rows.ts';

/**
 * What was made of the runs of a journal, so that it need not be made again while a run has no newer event. It lies in a
 * folder of its own and may be deleted at any time: one that cannot be read, or that belongs to
 * another journal or version, is as good as none.
 */
export type KeptRuns = {
  /** What is kept of a run; undefined where it has ended elsewhere since. */
  readonly get: (run: string) => KeptRun | undefined;
  /** Keeps what was made of a run's events as far as the outline goes, and of how many. */
  readonly put: (run: string, made: { readonly value: unknown; readonly events: number }) => void;
  /** Forgets what is kept of a run. */
  readonly drop: (run: string) => void;
  /** Writes down what was put and dropped. */
  readonly [Symbol.dispose]: () => void;
};

export type KeptRun = {
  /** How many events it was made of. */
  readonly events: number;
  /** When these were read, in milliseconds since 1970. */
  readonly readAt: number;
  readonly value: () => unknown;
};

export type KeepParams = {
  /** The journal's file. */
  readonly file: string;
  /** Where it is kept: a folder for one journal, made where it is missing. */
  readonly folder: string;
  readonly outline: JournalOutline;
  /** What is made of runs: each kind is kept apart. */
  readonly kind: string;
  /** Of the program that makes it: what another version made is not taken. */
  readonly version: string;
  readonly now: () => Date;
};

const fileName = 'kept.sqlite';
/** SQLite's primary result code for a file that another process has locked. */
const busy = 5;
/** Another process writes for a moment only; without what is kept, all goes on, but slowly. */
const waitMs = 500;
/** Rows that wait to be written: a first look at thousands of runs should not hold all of them twice. */
const mostWaiting = 200;

/** Opens what is kept of the runs of a journal; it is begun where there is nothing, or nothing that fits. */
export function openKeptRuns(params: KeepParams): KeptRuns {
  try {
    return openIn(params);
  } catch (error) {
    // What another process works on is sound.
    if (isBusy(error)) return noKeptRuns;
    // Most likely damaged by a full disk or a crash.
    try {
      for (const suffix of ['', '-wal', '-shm'])
        rmSync(join(params.folder, fileName + suffix), { force: true });
      return openIn(params);
    } catch {
      return noKeptRuns;
    }
  }
}

function isBusy(error: unknown): boolean {
  return ((error as { readonly errcode?: number }).errcode ?? 0) % 256 === busy;
}

const noKeptRuns: KeptRuns = {
  get: () => undefined,
  put: () => undefined,
  drop: () => undefined,
  [Symbol.dispose]: () => undefined,
};

function openIn(params: KeepParams): KeptRuns {
  const { file, folder, outline, kind, version, now } = params;
  // The folder around it is the journal's.
  if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
  const database = openDatabase(join(folder, fileName), waitMs);
  let rows: Map<string, KeptRow>;
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
    makeTables(database);
    requireFit(database, lookAt(file, outline));
    rows = readRows(database, params);
  } catch (error) {
    database.close();
    throw error;
  }
  const waiting: KeptRow[] = [];
  const dropped: string[] = [];
  const write = (): void => harmless(() => writeRows(database, waiting.splice(0)));
  return {
    get: (run) => {
      const row = rows.get(run);
      if (row === undefined || !isEnd(row, outline.ends.get(run))) return undefined;
      const { events, readAt, value } = row;
      return { events, readAt, value: () => JSON.parse(value) as unknown };
    },
    put: (run, { value, events }) => {
      const end = outline.ends.get(run);
      if (end === undefined) return;
      const made = { events, readAt: now().getTime(), value: JSON.stringify(value) };
      waiting.push({ kind, version, run, ...end, ...made });
      if (waiting.length >= mostWaiting) write();
    },
    drop: (run) => {
      if (rows.has(run)) dropped.push(run);
    },
    [Symbol.dispose]: () => {
      write();
      harmless(() => removeRows(database, dropped));
      harmless(() => database.close());
    },
  };
}

function isEnd({ seq, checksum }: RunEnd, end: RunEnd | undefined): boolean {
  return end !== undefined && end.seq === seq && end.checksum === checksum;
}

/** Forgets everything when the journal is another one, or has been changed by anything but new events. */
function requireFit(database: DatabaseSync, look: Look): void {
  const found = database.prepare('SELECT look FROM looks').get()?.['look'];
  const text = JSON.stringify(look);
  if (found === text) return;
  const before = typeof found === 'string' ? (JSON.parse(found) as Look) : null;
  inTransaction(database, () => {
    if (before === null || !isExplained(before, look)) database.exec('DELETE FROM kept');
    database.prepare('INSERT OR REPLACE INTO looks VALUES (1, ?)').run(text);
  });
}

function harmless(work: () => void): void {
  try {
    work();
  } catch {
    // It is made again by the next one who looks.
  }
}
