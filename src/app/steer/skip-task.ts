import { canSkip, type TaskState } from '../../model/state/task-state.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { UserError } from '../../model/user-error.ts';
import { findRun, findWritablePlace } from '../place/find-place.ts';
import { fromHere } from '../place/from-here.ts';
import type { TaskArgument } from '../place/find-task.ts';
import { skipInPlace } from '../run/cancel-in-place.ts';
import { untilDone } from '../run/until-done.ts';
import type { AppContext } from '../user-interface.ts';

/** What came of skipping a task: it was skipped before, it is now, or the orchestrator has yet to answer. */
export type SkipOutcome = {
  readonly state: RunState;
  readonly what: 'before' | 'now' | 'asked';
};

/**
 * Leaves a task that has not begun out of its run, from any process. The journal decides whether it had begun: the request
 * is written there, and the outcome is what the journal says afterwards. Throws a `UserError` when it had.
 */
export async function skipTask(
  { issue, task: ordinal }: TaskArgument,
  { directory, env }: Pick<AppContext, 'directory' | 'env'>,
): Promise<SkipOutcome> {
  const place = await findWritablePlace(directory, env);
  const found = await findRun(place, issue);
  const { journal, state: before } = found;
  try {
    const task = taskOf(before, ordinal);
    if (task.status === 'skipped') return { state: before, what: 'before' };
    if (!canSkip(task)) throw tooLate(before, task);
    journal.append(before.run, { type: 'skip-requested', task: ordinal });
    const state = await untilDone(found, {
      isDone: (now) => !taskOf(now, ordinal).isSkipRequested,
      inPlace: (now) => skipInPlace(place, { journal, state: now }, ordinal),
    });
    const after = taskOf(state, ordinal);
    if (after.status === 'skipped') return { state, what: 'now' };
    if (!after.isSkipRequested) throw tooLate(state, after);
    return { state, what: 'asked' };
  } finally {
    journal.close();
  }
}

function taskOf({ tasks }: RunState, ordinal: number): TaskState {
  const task = tasks.find((one) => one.ordinal === ordinal);
  if (task !== undefined) return task;
  const known = tasks.map((one) => one.ordinal);
  throw new UserError({ code: 'no-such-task-in-run', ordinals: [ordinal], known });
}

function tooLate({ source }: RunState, { ordinal, status, pullRequest }: TaskState): UserError {
  const isAtWork = status === 'queued' || status === 'running' || status === 'blocked';
  return new UserError({
    ...{ code: 'cannot-skip', source: fromHere(source), ordinal, status },
    pullRequest: isAtWork ? (pullRequest?.number ?? null) : null,
    isAtWork,
  });
}
