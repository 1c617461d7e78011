import type { DatabaseSync } from 'node:sqlite';
import { isCorrupt } from '../files/sqlite-damage.ts';

/** The newest event of a run; its checksum is null in rows from before there were checksums. */
export type RunEnd = { readonly seq: number; readonly checksum: number | null };

/** What a journal is like, without a look into its runs. */
export type JournalOutline = {
  /** Where each run ends; empty where the file is so damaged that this cannot be said. */
  readonly ends: ReadonlyMap<string, RunEnd>;
  /** The number of its newest event. */
  readonly lastSeq: number;
  /** Rises with each change of tables and triggers: to change or delete an event, a trigger has to go first. */
  readonly schema: number;
};

/** All runs that have events, each looked up in the index once. */
export const everyRun = `
  WITH RECURSIVE runs (run) AS (
    SELECT min(run) FROM events
    UNION ALL SELECT (SELECT min(run) FROM events WHERE run > runs.run) FROM runs WHERE run IS NOT NULL
  )`;

/** The newest event of each run, to be selected from after `everyRun`. */
export const newestEvents = `
  runs CROSS JOIN events AS newest ON newest.seq = (SELECT max(seq) FROM events WHERE run = runs.run)`;

/** Reads where the runs of a journal end. */
export function outlineOf(database: DatabaseSync): JournalOutline {
  const rows = endsIn(database);
  const found = database.prepare('PRAGMA schema_version').get() as { schema_version: number };
  return outlineFrom(rows, found.schema_version);
}

type EndRow = RunEnd & { readonly run: string };

/** The same where the ends were read already. */
export function outlineFrom(rows: readonly EndRow[], schema: number): JournalOutline {
  return {
    ends: new Map(rows.map(({ run, seq, checksum }) => [run, { seq, checksum }])),
    lastSeq: rows.reduce((last, { seq }) => Math.max(last, seq), 0),
    schema,
  };
}

function endsIn(database: DatabaseSync): readonly EndRow[] {
  try {
    const query = `${everyRun} SELECT newest.run, newest.seq, newest.checksum FROM ${newestEvents}`;
    return database.prepare(query).all() as EndRow[];
  } catch (error) {
    if (!isCorrupt(error)) throw error;
    return [];
  }
}
