import { findAgent } from '../../agents/find-agent.ts';
import { openableSession } from '../../model/state/attachment.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { hasSucceeded, openAttempt, type TaskState } from '../../model/state/task-state.ts';
import { UserError, type UserProblem } from '../../model/user-error.ts';
import { fromHere } from '../place/from-here.ts';

type Why = Extract<UserProblem, { code: 'cannot-attach' }>['why'];

/** A task of a run by its number. Throws a `UserError` when there is none. */
export function taskOf({ tasks }: RunState, ordinal: number): TaskState {
  const task = tasks.find((one) => one.ordinal === ordinal);
  if (task !== undefined) return task;
  const known = tasks.map((one) => one.ordinal);
  throw new UserError({ code: 'no-such-task-in-run', ordinals: [ordinal], known });
}

/** The name of the agent whose session a person can open. Throws a `UserError` when there is none. */
export function requireAttachable(
  state: RunState,
  ordinal: number,
  { isToKnowSession = false }: { readonly isToKnowSession?: boolean } = {},
): string {
  const task = taskOf(state, ordinal);
  const agent = task.attempts.at(-1)?.agent ?? null;
  const why = whyNot(task, agent, isToKnowSession);
  if (why === null && agent !== null) return agent;
  const { status } = task;
  const source = fromHere(state.source);
  throw new UserError({
    ...{ code: 'cannot-attach', source, ordinal, status, agent },
    why: why ?? 'not-begun',
  });
}

function whyNot(task: TaskState, name: string | null, isToKnowSession: boolean): Why | null {
  if (hasSucceeded(task)) return 'published';
  if (name === null) return 'not-begun';
  const agent = findAgent(name);
  if (!agent.ok || agent.value.open === undefined) return 'no-program';
  if (task.workspace?.state !== 'ready') return 'no-workspace';
  // Some programs say only when they are ended what their session is.
  const mayCome = !isToKnowSession && openAttempt(task) !== null;
  return openableSession(task) === null && !mayCome ? 'no-session' : null;
}
