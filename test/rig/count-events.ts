import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { World } from './world.ts';

/** Where the program keeps what it knows of a world's repository. */
export function stateOf(world: World): string {
  const names = readdirSync(join(world.stateHome, 'flotilla'));
  const [state = ''] = names.filter((name) => !name.startsWith('holds'));
  return join(world.stateHome, 'flotilla', state);
}

/** How many events the journal of a world's repository holds. */
export function countEvents(world: World): number {
  const journal = new DatabaseSync(join(stateOf(world), 'journal.sqlite'), { readOnly: true });
  try {
    return Number(journal.prepare('SELECT count(*) AS count FROM events').get()?.['count']);
  } finally {
    journal.close();
  }
}
