import { displayIssue } from '../model/issue/issue.ts';
import { toldQuestions, type ToldQuestion } from '../model/state/question-state.ts';
import { countTasks, runStatus, type RunStatus } from '../model/state/run-status.ts';
import { waitsOf, type Wait } from '../reporting/waits.ts';
import { findRepositories, glanceRuns, type SeenRun } from './glance-runs.ts';
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
  const repositories = await findRepositories(env);
  const listed = repositories.map(async (known) => {
    const seen = await glanceRuns(known, user.leftOut);
    return seen.map((run) => ({ ...run, repository: known.repository }));
  });
  return (await Promise.all(listed)).flat().toSorted(bySeen).map(listedRun);
}

/** Those that are worked on first, then the newest. */
export function bySeen(one: SeenRun, other: SeenRun): number {
  return (
    Number(other.isAlive) - Number(one.isAlive) ||
    begunAt(other.state).localeCompare(begunAt(one.state), 'en')
  );
}

function begunAt({ spans, startedAt }: SeenRun['state']): string {
  return spans.at(-1)?.from ?? startedAt;
}

function listedRun({
  repository,
  state,
  isAlive,
  isWhole,
}: SeenRun & { readonly repository: string }): ListedRun {
  const status = runStatus(state, isAlive);
  const { succeeded, total } = countTasks(state);
  return {
    ...{ repository, run: state.run, issue: displayIssue(state.issue), title: state.title },
    ...{ state: status, succeeded, total, questions: toldQuestions(state.questions), isWhole },
    waiting: waitsOf(state, status),
  };
}
