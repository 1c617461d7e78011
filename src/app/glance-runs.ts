import { homedir } from 'node:os';
import { basename, dirname } from 'node:path';
import { glanceStates, type GlancedState } from '../journal/glance-journal.ts';
import { UserError, type UserProblem } from '../model/user-error.ts';
import { draftsIn, findJournals, stateHome } from '../workspace/state/state-directory.ts';
import { isGone, readOrigin } from '../workspace/state/state-origin.ts';
import { isWorkedOn } from './run/until-done.ts';

/** A repository of this user's in which something was run. */
export type KnownRepository = {
  /** The folder of its state. */
  readonly folder: string;
  readonly journal: string;
  /** Where is kept what was made of its runs. */
  readonly history: string;
  /** The user's repository; the folder of its state where that does not say. */
  readonly repository: string;
  /** Where issues lie that were typed into the dashboard. */
  readonly drafts: string;
};

/** A run as a glance at its journal shows it. */
export type SeenRun = GlancedState & {
  /** Whether a living orchestrator works on it. */
  readonly isAlive: boolean;
};

/** The repositories of this user; without those that were deleted, since nothing can be done about their runs any more. */
export async function findRepositories(env: NodeJS.ProcessEnv): Promise<KnownRepository[]> {
  const journals = await findJournals(stateHome(env, homedir()));
  const found = journals.map(async ({ journal, history }): Promise<KnownRepository[]> => {
    const folder = dirname(journal);
    const origin = await readOrigin(folder);
    if (origin !== null && (await isGone(origin.gitDirectory))) return [];
    const repository = repositoryOf(origin?.gitDirectory ?? folder);
    return [{ folder, journal, history, repository, drafts: draftsIn(folder) }];
  });
  return (await Promise.all(found)).flat();
}

function repositoryOf(gitDirectory: string): string {
  return basename(gitDirectory) === '.git' ? dirname(gitDirectory) : gitDirectory;
}

/**
 * The newest run of a repository, and all that are open. Its journal is only read; why that cannot be done is handed to
 * `leftOut`. What was seen before in the same file is not read again.
 */
export async function glanceRuns(
  { journal }: KnownRepository,
  leftOut: (problem: UserProblem) => void,
  before: readonly SeenRun[] = [],
): Promise<SeenRun[]> {
  try {
    return await seeAlive(glanceStates(journal, before));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    leftOut(error.problem);
    return [];
  }
}

/** Looks which of these are worked on by now: a death writes nothing into a journal. */
export function seeAlive(runs: readonly GlancedState[]): Promise<SeenRun[]> {
  return Promise.all(runs.map(async (run) => ({ ...run, isAlive: await isWorkedOn(run.state) })));
}
