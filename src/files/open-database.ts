import type { DatabaseSync } from 'node:sqlite';

/**
 * Opens a SQLite database; the file is made when it is missing. A statement that meets another process's lock waits for
 * it up to `waitMs` milliseconds.
 */
export function openDatabase(file: string, waitMs: number): DatabaseSync {
  // Node 22 warns as soon as a file imports it, before any of our code can turn the warning off.
  const sqlite = process.getBuiltinModule('node:sqlite');
  const database = new sqlite.DatabaseSync(file);
  // Node's own option for it came with 22.16.
  database.exec(`PRAGMA busy_timeout = ${waitMs}`);
  return database;
}
