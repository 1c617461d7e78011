import { randomUUID } from 'node:crypto';
import { mkdirSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { openDatabase } from '../files/open-database.ts';
import { tellDamage } from '../files/sqlite-damage.ts';
import type { ProcessIdentity } from '../model/process-identity.ts';
import type { UserProblem } from '../model/user-error.ts';
import { isAlive } from '../process/identity.ts';

/**
 * Names that one process at a time may hold, across all processes of this user: mutexes, the one orchestrator of an
 * issue, leased ports. A hold whose holder is dead is free: no crash leaves a lock behind.
 */
export type Holds = {
  /** Takes a name at once, or says who has it. */
  readonly tryTake: (name: string, options?: TakeOptions) => Promise<Hold | Holder>;
  /** Waits for a name, in turn within this process, and gives it back when the work has ended. */
  readonly during: <T>(name: string, work: () => Promise<T>) => Promise<T>;
  /** The names under a prefix that somebody alive holds; what the dead held under it is forgotten on the way. */
  readonly heldNames: (prefix: string) => Promise<Set<string>>;
  readonly close: () => void;
};

export type TakeOptions = {
  /** A second process for whose life the hold lasts: an agent that may outlive us. */
  readonly also?: ProcessIdentity;
};

export type Hold = {
  readonly state: 'taken';
  /** Names a second process for whose life the hold lasts. */
  readonly shareWith: (also: ProcessIdentity) => void;
  readonly release: () => void;
};

/** Who has a name that could not be taken. */
export type Holder = { readonly state: 'held'; readonly holder: ProcessIdentity };

type Row = { readonly token: string; readonly holder: string; readonly also: string | null };

const schema = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS holds (
    name TEXT PRIMARY KEY,
    token TEXT NOT NULL,
    holder TEXT NOT NULL,
    also TEXT
  ) STRICT`;

/**
 * Opens the holds of this user in a database file; it is made when missing. A damaged one is reported as a `UserError`, here
 * or by the call that meets the damage.
 */
export function openHolds(file: string, self: ProcessIdentity): Holds {
  const damaged = (why: string): UserProblem => ({ code: 'holds-damaged', file, why });
  const told = <T>(work: () => T): T => tellDamage({ file, damaged }, work);
  const database = told(() => openHoldsDatabase(file));
  const find = database.prepare('SELECT token, holder, also FROM holds WHERE name = ?');
  const list = database.prepare(
    'SELECT name, token, holder, also FROM holds WHERE substr(name, 1, ?) = ?',
  );
  const insert = database.prepare(
    'INSERT OR IGNORE INTO holds (name, token, holder, also) VALUES (?, ?, ?, ?)',
  );
  const remove = database.prepare('DELETE FROM holds WHERE name = ? AND token = ?');
  const share = database.prepare('UPDATE holds SET also = ? WHERE name = ? AND token = ?');
  const turns = new Map<string, Promise<unknown>>();

  const tryTake = async (name: string, options: TakeOptions = {}): Promise<Hold | Holder> => {
    const token = randomUUID();
    const also = options.also === undefined ? null : JSON.stringify(options.also);
    for (;;) {
      if (told(() => insert.run(name, token, JSON.stringify(self), also)).changes > 0)
        return {
          state: 'taken',
          shareWith: (other) => void told(() => share.run(JSON.stringify(other), name, token)),
          release: () => void told(() => remove.run(name, token)),
        };
      const row = told(() => find.get(name)) as Row | undefined;
      if (row === undefined) continue;
      const holder = await livingHolder(row);
      if (holder !== null) return { state: 'held', holder };
      // Only the very row that was found dead is removed: a process that took it meanwhile has another token.
      remove.run(name, row.token);
    }
  };

  const takeInTurn = async (name: string): Promise<Hold> => {
    for (;;) {
      const answer = await tryTake(name);
      if (answer.state === 'taken') return answer;
      await nextWrite(`${file}-wal`);
    }
  };

  return {
    tryTake,
    during: async (name, work) => {
      const before = turns.get(name) ?? Promise.resolve();
      const mine = before.then(async () => {
        const hold = await takeInTurn(name);
        try {
          return await work();
        } finally {
          hold.release();
        }
      });
      const settled = mine.then(
        () => undefined,
        () => undefined,
      );
      turns.set(name, settled);
      return mine;
    },
    heldNames: async (prefix) => {
      const held = new Set<string>();
      const rows = told(() => list.all(prefix.length, prefix)) as (Row & { name: string })[];
      for (const row of rows) {
        if ((await livingHolder(row)) === null) remove.run(row.name, row.token);
        else held.add(row.name);
      }
      return held;
    },
    close: () => database.close(),
  };
}

function openHoldsDatabase(file: string): DatabaseSync {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // Also the first writing of all, in which several processes may meet, waits its turn.
  const database = openDatabase(file, 10_000);
  try {
    database.exec(schema);
    return database;
  } catch (error) {
    // Closed, it leaves no files of its own next to it.
    database.close();
    throw error;
  }
}

async function livingHolder(row: Row): Promise<ProcessIdentity | null> {
  for (const text of [row.holder, row.also]) {
    if (text === null) continue;
    const identity = JSON.parse(text) as ProcessIdentity;
    if (await isAlive(identity)) return identity;
  }
  return null;
}

/** Waits until the database is written to, or a little while: a holder that dies writes nothing. */
async function nextWrite(file: string): Promise<void> {
  const over = new AbortController();
  const written = new Promise<void>((resolve) => {
    try {
      const watcher = watch(file, { persistent: false, signal: over.signal }, () => resolve());
      watcher.on('error', () => undefined);
    } catch {
      // Without a write-ahead log yet, the delay alone serves.
    }
  });
  await Promise.race([
    written,
    delay(50, undefined, { signal: over.signal }).catch(() => undefined),
  ]);
  over.abort();
}
