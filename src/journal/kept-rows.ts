import type { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import type { RunEnd } from './journal-outline.ts';

/** What was made of a run, as it is kept. */
export type KeptRow = RunEnd & {
  readonly kind: string;
  readonly version: string;
  readonly run: string;
  readonly events: number;
  readonly readAt: number;
  readonly value: string;
};

function valuesOf(row: KeptRow) {
  const { kind, version, run, seq, checksum, events, readAt, value } = row;
  return [kind, version, run, seq, checksum, events, readAt, value, sumOf(row)] as const;
}

/** Tells what was kept from what damage has made of it. */
function sumOf({
  kind,
  version,
  run,
  seq,
  checksum,
  events,
  value,
}: Omit<KeptRow, 'readAt'>): number {
  return crc32([kind, version, run, seq, checksum, events, value].join('\n'));
}

/** Rows of this kind and version that are as they were written. */
export function readRows(
  database: DatabaseSync,
  { kind, version }: Pick<KeptRow, 'kind' | 'version'>,
): Map<string, KeptRow> {
  const select = database.prepare(
    `SELECT kind, version, run, seq, checksum, events, read_at AS readAt, value, sum FROM kept
     WHERE kind = ? AND version = ?`,
  );
  const rows = select.all(kind, version) as (KeptRow & { readonly sum: number })[];
  return new Map(rows.filter((row) => row.sum === sumOf(row)).map((row) => [row.run, row]));
}

/** Makes the tables where they are missing. Throws when there are others of their names. */
export function makeTables(database: DatabaseSync): void {
  database.exec(tables);
  database.prepare(insertion);
}

const tables = `
  CREATE TABLE IF NOT EXISTS looks (journal INTEGER PRIMARY KEY CHECK (journal = 1), look TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS kept (kind TEXT, version TEXT, run TEXT, seq INTEGER, checksum INTEGER,
    events INTEGER, read_at INTEGER, value TEXT, sum INTEGER, PRIMARY KEY (kind, run))`;
const insertion = 'INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)';

/** Writes rows; each takes the place of the one of its kind and run. */
export function writeRows(database: DatabaseSync, rows: readonly KeptRow[]): void {
  if (rows.length === 0) return;
  const insert = database.prepare(insertion);
  inTransaction(database, () => rows.forEach((row) => insert.run(...valuesOf(row))));
}

/** Removes all rows of some runs. */
export function removeRows(database: DatabaseSync, runs: readonly string[]): void {
  if (runs.length === 0) return;
  const remove = database.prepare('DELETE FROM kept WHERE run = ?');
  inTransaction(database, () => runs.forEach((run) => remove.run(run)));
}

/** Does work on the database as a whole, or not at all. */
export function inTransaction(database: DatabaseSync, work: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
