import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { GitHubWorld } from './github-world.ts';

/** How many events the journal of a user has. */
export function countEvents({ world }: Pick<GitHubWorld, 'world'>): number {
  const home = join(world.stateHome, 'flotilla');
  const [state = ''] = readdirSync(home).filter((name) => !name.startsWith('holds'));
  const journal = new DatabaseSync(join(home, state, 'journal.sqlite'), { readOnly: true });
  try {
    return Number(journal.prepare('SELECT count(*) AS count FROM events').get()?.['count']);
  } finally {
    journal.close();
  }
}
