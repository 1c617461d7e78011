import { toldQuestions, type ToldQuestion } from '../model/state/question-state.ts';
import { homedir } from 'node:os';
import { basename, dirname } from 'node:path';
import { glanceJournal, type GlancedRun } from '../journal/glance-journal.ts';
import { displayIssue } from '../model/issue/issue.ts';
import { countTasks, runStatus, type RunStatus } from '../model/state/run-status.ts';
import { UserError } from '../model/user-error.ts';
import { waitsOf, type Wait } from '../reporting/waits.ts';
import { findJournals, stateHome } from '../workspace/state/state-directory.ts';
import { isGone, readOrigin } from '../workspace/state/state-origin.ts';
import { isWorkedOn } from './run/until-done.ts';
import type { AppContext } from './user-interface.ts';

/** A run in the list of all repositories. */
export type ListedRun = {
  /** The user's repository; the folder of its state where that does not say. */
  readonly repository: string;
  readonly run: string;
  readonly issue: string;
  readonly title: string;
  readonly state: RunStatus;
  readonly succeeded: number;
  readonly total: number;
  /** What agents ask and nobody has answered: none can ask yet. */
  readonly questions: readonly ToldQuestion[];
  readonly waiting: readonly Wait[];
  /** False where its journal is damaged: this is as far as that can be read. */
  readonly isWhole: boolean;
};

type Dated = { readonly isAlive: boolean; readonly startedAt: string; readonly row: ListedRun };

/**
 * The runs of all repositories of this user: of each the newest, and all that are open; those that are worked on first,
 * then the newest. Journals are only read; one that cannot be is reported to the user and left out.
 */
export async function listRuns({
  env,
  user,
}: Pick<AppContext, 'env'> & {
  readonly user: Pick<AppContext['user'], 'leftOut'>;
}): Promise<readonly ListedRun[]> {
  const files = await findJournals(stateHome(env, homedir()));
  const listed = await Promise.all(files.map((file) => runsIn(file, user)));
  return listed
    .flat()
    .toSorted(
      (one, other) =>
        Number(other.isAlive) - Number(one.isAlive) ||
        other.startedAt.localeCompare(one.startedAt, 'en'),
    )
    .map(({ row }) => row);
}

async function runsIn(
  file: string,
  user: Pick<AppContext['user'], 'leftOut'>,
): Promise<readonly Dated[]> {
  const origin = await readOrigin(dirname(file));
  // Nothing can be done any more about the runs of a repository that was deleted.
  if (origin !== null && (await isGone(origin.gitDirectory))) return [];
  const repository = repositoryOf(origin?.gitDirectory ?? dirname(file));
  try {
    return await Promise.all(glanceJournal(file).map((glanced) => listedRun(repository, glanced)));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    user.leftOut(error.problem);
    return [];
  }
}

function repositoryOf(gitDirectory: string): string {
  return basename(gitDirectory) === '.git' ? dirname(gitDirectory) : gitDirectory;
}

async function listedRun(repository: string, { state, isWhole }: GlancedRun): Promise<Dated> {
  const isAlive = await isWorkedOn(state);
  const status = runStatus(state, isAlive);
  const { succeeded, total } = countTasks(state);
  const row = {
    ...{ repository, run: state.run, issue: displayIssue(state.issue), title: state.title },
    ...{ state: status, succeeded, total, questions: toldQuestions(state.questions), isWhole },
    waiting: waitsOf(state, status),
  };
  return { isAlive, startedAt: state.spans.at(-1)?.from ?? state.startedAt, row };
}
