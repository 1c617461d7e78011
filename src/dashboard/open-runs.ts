import { basename } from 'node:path';
import {
  findRepositories,
  glanceRuns,
  seeAlive,
  type KnownRepository,
  type SeenRun,
} from '../app/glance-runs.ts';
import type { UserProblem } from '../model/user-error.ts';
import { readStamp, type JournalStamp } from './journal-stamp.ts';
import type { Overview, RunCard } from './page-data.ts';
import { runCard } from './run-page.ts';
import { watchRun, type WatchedRun } from './watch-run.ts';

/** The runs of all repositories of this user, as a page needs them. */
export type OpenRuns = {
  /** The newest run of each repository, and all that are open. */
  readonly overview: () => Promise<Overview>;
  /** Begins to follow a run, or joins in where somebody does; null when there is no such run. Ends with `release`. */
  readonly watch: (id: string) => Promise<WatchedRun | null>;
  /** The repository whose state lies in a folder of that name; null when there is none. */
  readonly repository: (name: string) => Promise<KnownRepository | null>;
  readonly repositories: () => Promise<readonly KnownRepository[]>;
};

type Glanced = { readonly stamp: JournalStamp; readonly seen: readonly SeenRun[] };

/** Opens the runs of a user; `words` says what is wrong with a journal. */
export function openRuns(
  env: NodeJS.ProcessEnv,
  words: (problem: UserProblem) => string,
): OpenRuns {
  const glanced = new Map<string, Glanced>();
  const watched = new Map<string, Promise<WatchedRun | null>>();
  const users = new Map<string, number>();

  const repository = async (name: string): Promise<KnownRepository | null> => {
    const known = await findRepositories(env);
    return known.find(({ folder }) => basename(folder) === name) ?? null;
  };

  const cardsOf = async (
    known: KnownRepository,
    leftOut: string[],
  ): Promise<readonly RunCard[]> => {
    const stamp = await readStamp(known.journal);
    const before = glanced.get(known.journal);
    const complaints: string[] = [];
    const complain = (problem: UserProblem): void => void complaints.push(words(problem));
    const earlier = before?.stamp.file === stamp.file ? before.seen : [];
    const seen =
      before?.stamp.written === stamp.written
        ? await seeAlive(before.seen)
        : await glanceRuns(known, complain, earlier);
    leftOut.push(...complaints);
    // What cannot be read is said each time.
    if (complaints.length === 0) glanced.set(known.journal, { stamp, seen });
    else glanced.delete(known.journal);
    return seen.map((run) =>
      runCard({ ...run, id: idOf(known, run.state.run), repository: known.repository }),
    );
  };

  const release = (id: string): void => {
    const left = (users.get(id) ?? 1) - 1;
    users.set(id, left);
    if (left > 0) return;
    users.delete(id);
    const run = watched.get(id);
    watched.delete(id);
    void run?.then(
      (one) => one?.close(),
      () => undefined,
    );
  };

  return {
    overview: async () => {
      const leftOut: string[] = [];
      const known = await findRepositories(env);
      const cards = await Promise.all(known.map((one) => cardsOf(one, leftOut)));
      return { runs: cards.flat().toSorted(byUrgency), leftOut };
    },
    watch: async (id) => {
      const [name = '', run = ''] = id.split('/');
      users.set(id, (users.get(id) ?? 0) + 1);
      let opening = watched.get(id);
      if (opening === undefined) {
        opening = repository(name).then((known) =>
          known === null ? null : watchRun({ known, run, id, onRelease: () => release(id) }),
        );
        watched.set(id, opening);
      }
      try {
        const found = await opening;
        if (found === null) release(id);
        return found;
      } catch (error) {
        release(id);
        throw error;
      }
    },
    repository,
    repositories: () => findRepositories(env),
  };
}

function idOf({ folder }: KnownRepository, run: string): string {
  return `${basename(folder)}/${run}`;
}

const isOpen = new Set(['planning', 'running', 'paused']);

/** What needs somebody first, then what runs, then the newest. */
function byUrgency(one: RunCard, other: RunCard): number {
  const rank = ({ attention, status }: RunCard): number =>
    attention.length > 0 && isOpen.has(status)
      ? 0
      : isOpen.has(status)
        ? 1
        : attention.length > 0
          ? 2
          : 3;
  return rank(one) - rank(other) || other.updatedAt.localeCompare(one.updatedAt, 'en');
}
