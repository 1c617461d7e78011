import type { Journal } from '../journal/journal.ts';
import { displayIssue } from '../model/issue/issue.ts';
import { choiceGoingOn } from '../model/state/phases.ts';
import type { RunState } from '../model/state/run-state.ts';
import { UserError } from '../model/user-error.ts';
import type { AppContext } from './user-interface.ts';
import { givenAgain, type OrchestrateOptions } from './settings/given-flags.ts';
import { readIssueArgument } from './issue/issue-argument.ts';
import { findPlace, findRun, findTaskOfSubIssue } from './place/find-place.ts';

/** How a run is continued: the issue as it is named, and the options with those that it was started with. */
export type Continuation = { readonly argument: string; readonly options: OrchestrateOptions };

/**
 * How to continue the run of an issue as it was started; the newest one when no issue is named. What the user gives now
 * overrides what was given then.
 */
export async function continuationOf(
  argument: string | undefined,
  options: OrchestrateOptions,
  where: Pick<AppContext, 'directory' | 'env'>,
): Promise<Continuation> {
  const state = await findRunToResume(argument, where);
  if (state === null) return { argument: argument ?? '', options };
  // A run that ended continues with what is left; one that did not, with the tasks that were chosen for it.
  const chosen = state.ended === 'finished' ? undefined : (choiceGoingOn(state) ?? undefined);
  const again = { ...givenAgain(options, state.settings.given), tasks: options.tasks ?? chosen };
  const isNamed = argument !== undefined && argument !== state.run;
  return { argument: isNamed ? argument : displayIssue(state.issue), options: again };
}

/** The run that is meant; null for an issue that was named and never run, which `orchestrate` has words for. */
async function findRunToResume(
  argument: string | undefined,
  { directory, env }: Pick<AppContext, 'directory' | 'env'>,
): Promise<RunState | null> {
  const place = await findPlace(directory, env);
  try {
    const newest = await findRun(place, undefined);
    const master = masterOf(newest.journal, argument);
    newest.journal.close();
    if (master === undefined) return newest.state;
    const { journal, state } = await findRun(place, master);
    journal.close();
    return state;
  } catch (error) {
    const isUnknown = error instanceof UserError && error.problem.code === 'run-unknown';
    if (isUnknown && argument !== undefined) return null;
    throw error;
  }
}

/** The issue as it was named, or the master issue of the sub-issue that was named. */
function masterOf(journal: Journal, argument: string | undefined): string | undefined {
  if (argument === undefined) return undefined;
  const task = findTaskOfSubIssue(journal, readIssueArgument(argument));
  return task === null ? argument : displayIssue(task.master);
}
