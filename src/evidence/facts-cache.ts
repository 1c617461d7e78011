import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '../files/open-database.ts';

/**
 * Facts that were read before, by what they were read from: blob ids and commit ids never change their content. A cache that
 * cannot be opened, read or written is as good as none.
 */
export type FactsCache = {
  readonly get: (key: string) => unknown;
  readonly put: (entries: ReadonlyMap<string, unknown>) => void;
  readonly [Symbol.dispose]: () => void;
};

/** Rises with each change of what is kept, so that old facts are not mistaken for new ones. */
const version = 3;
const name = `facts-${version}.sqlite`;
/** Rows; the oldest go first. About 300 MB. */
const mostRows = 200_000;

/** Opens the cache in a folder of the user's cache, made where it is missing; null keeps nothing. */
export function openFactsCache(directory: string | null): FactsCache {
  if (directory === null) return noCache;
  try {
    return openAt(directory);
  } catch {
    // Most likely damaged by a full disk or a crash; whatever was in it can be read again.
    try {
      for (const suffix of ['', '-wal', '-shm'])
        rmSync(join(directory, name + suffix), { force: true });
      return openAt(directory);
    } catch {
      return noCache;
    }
  }
}

const noCache: FactsCache = {
  get: () => undefined,
  put: () => undefined,
  [Symbol.dispose]: () => undefined,
};

function openAt(directory: string): FactsCache {
  mkdirSync(directory, { recursive: true });
  const database = openDatabase(join(directory, name), 2_000);
  // One that is empty need not be asked for thousands of files, one by one.
  let isEmpty: boolean;
  try {
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;
      CREATE TABLE IF NOT EXISTS facts (key TEXT PRIMARY KEY, value TEXT NOT NULL)`);
    isEmpty = database.prepare('SELECT 1 FROM facts LIMIT 1').get() === undefined;
  } catch (error) {
    database.close();
    throw error;
  }
  const select = database.prepare('SELECT value FROM facts WHERE key = ?');
  const insert = database.prepare('INSERT OR REPLACE INTO facts VALUES (?, ?)');
  return {
    get: (key) => (isEmpty ? undefined : harmless(() => parse(select.get(key)?.['value']))),
    put: (entries) =>
      harmless(() => {
        if (entries.size === 0) return;
        isEmpty = false;
        database.exec('BEGIN IMMEDIATE');
        for (const [key, value] of entries) insert.run(key, JSON.stringify(value));
        database.exec(
          `DELETE FROM facts WHERE rowid <= (SELECT max(rowid) FROM facts) - ${mostRows}`,
        );
        database.exec('COMMIT');
      }),
    [Symbol.dispose]: () => harmless(() => database.close()),
  };
}

function parse(value: unknown): unknown {
  return typeof value === 'string' ? JSON.parse(value) : undefined;
}

function harmless<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
