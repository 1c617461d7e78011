import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** Where Flotilla keeps what belongs to one repository of the user: outside it, so that no cleaning there erases it. */
export type StateDirectory = {
  readonly root: string;
  readonly journal: string;
  /** What is kept of the journal's runs, so that it need not be made again. */
  readonly history: string;
  /** The bare clone on whose objects the workspaces build, and into which their commits come. */
  readonly clone: string;
  /** The local forge: its bare repository, issues and pull requests. */
  readonly forge: string;
  readonly workspaces: string;
  /** Attempts, check logs and caches, a directory a run. */
  readonly runs: string;
  /** Issues that were typed into the dashboard. */
  readonly drafts: string;
  /** What is being deleted: emptied during a run, and by the next one. */
  readonly trash: string;
};

/** The directory for a repository, from the real path of its git directory: linked work trees share one. */
export function stateDirectory(stateHome: string, gitDirectory: string): StateDirectory {
  const named = basename(gitDirectory) === '.git' ? join(gitDirectory, '..') : gitDirectory;
  const name = basename(named).replaceAll(/[^\w.-]+/gu, '-') || 'repository';
  const digest = createHash('sha256').update(gitDirectory).digest('hex').slice(0, 8);
  const root = join(stateHome, `${name}-${digest}`);
  return {
    root,
    ...journalIn(root),
    clone: join(root, 'clone.git'),
    forge: join(root, 'forge'),
    workspaces: join(root, 'workspaces'),
    runs: join(root, 'runs'),
    drafts: draftsIn(root),
    trash: join(root, 'trash'),
  };
}

/** Where the drafts of a repository lie, from the directory of its state. */
export function draftsIn(root: string): string {
  return join(root, 'drafts');
}

export type JournalPlace = Pick<StateDirectory, 'journal' | 'history'>;

/** The journal in a state directory, and where is kept what was made of its runs. */
export function journalIn(root: string): JournalPlace {
  return { journal: join(root, 'journal.sqlite'), history: join(root, 'history') };
}

/** The journals of all repositories, in the order of their names. */
export async function findJournals(home: string): Promise<JournalPlace[]> {
  const names = await readdir(home).catch(() => []);
  return names
    .map((name) => journalIn(join(home, name)))
    .filter(({ journal }) => existsSync(journal))
    .toSorted((one, other) => one.journal.localeCompare(other.journal, 'en'));
}

/** The home of all state: `$XDG_STATE_HOME/flotilla`, otherwise `~/.local/state/flotilla`. */
export function stateHome(env: NodeJS.ProcessEnv, home: string): string {
  const given = env['XDG_STATE_HOME'];
  const base = given !== undefined && given.startsWith('/') ? given : join(home, '.local', 'state');
  return join(base, 'flotilla');
}
