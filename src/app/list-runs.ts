import { toldQuestions, type ToldQuestion } from '../model/state/question-state.ts';
import { glanceJournal, type GlancedRun } from '../journal/glance-journal.ts';
import { displayIssue } from '../model/issue/issue.ts';
import { runStanding, type RunStanding } from '../model/state/run-standing.ts';
import type { RunState } from '../model/state/run-state.ts';
import type { RunStatus } from '../model/state/run-status.ts';
import { UserError } from '../model/user-error.ts';
import { waitsOf, type Wait } from '../reporting/waits.ts';
import { findRepositories, type KnownRepository } from './glance-runs.ts';
import { keptVersion } from './history/kept-version.ts';
import { isStillWorkedOn } from './history/still-worked-on.ts';
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
  /** What agents ask and nobody has answered. */
  readonly questions: readonly ToldQuestion[];
  readonly waiting: readonly Wait[];
  /** False where its journal is damaged: this is as far as that can be read. */
  readonly isWhole: boolean;
};

type Dated = { readonly isAlive: boolean; readonly startedAt: string; readonly row: ListedRun };

/** What the list needs of a run's state, as plain JSON; the journal cannot say whether its orchestrator is still there. */
type ListedState = Pick<ListedRun, 'run' | 'issue' | 'title' | 'questions'> & {
  readonly startedAt: string;
  readonly standing: RunStanding;
  readonly waitingWhileAlive: readonly Wait[];
  readonly waitingWhenGone: readonly Wait[];
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
  const listed = await Promise.all(repositories.map((known) => runsIn(known, user)));
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
  { journal, history: folder, repository }: KnownRepository,
  user: Pick<AppContext['user'], 'leftOut'>,
): Promise<readonly Dated[]> {
  try {
    const glanced = glanceJournal(journal, {
      ...{ see: listedState, folder, version: keptVersion(), now: () => new Date() },
    });
    return await Promise.all(glanced.map((one) => listedRun(repository, one)));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    user.leftOut(error.problem);
    return [];
  }
}

function listedState(state: RunState): ListedState {
  const standing = runStanding(state);
  return {
    ...{ run: state.run, issue: displayIssue(state.issue), title: state.title, standing },
    questions: toldQuestions(state.questions),
    startedAt: state.spans.at(-1)?.from ?? state.startedAt,
    waitingWhileAlive: waitsOf(state, standing.whileAlive),
    waitingWhenGone: waitsOf(state, standing.whenGone),
  };
}

async function listedRun(
  repository: string,
  { seen, isWhole }: GlancedRun<ListedState>,
): Promise<Dated> {
  const { run, issue, title, questions, startedAt, standing } = seen;
  const { succeeded, total } = standing;
  const isAlive = await isStillWorkedOn(standing);
  const row = {
    ...{ repository, run, issue, title },
    state: isAlive ? standing.whileAlive : standing.whenGone,
    ...{ succeeded, total, questions, isWhole },
    waiting: isAlive ? seen.waitingWhileAlive : seen.waitingWhenGone,
  };
  return { isAlive, startedAt, row };
}
