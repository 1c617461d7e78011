import { userInfo } from 'node:os';
import { isOver, type TaskState } from '../../model/state/task-state.ts';
import { UserError } from '../../model/user-error.ts';
import type { TaskArgument } from '../place/find-task.ts';
import { fitWords } from './fit-words.ts';
import { steer, type Where } from './steer-run.ts';

/** What came of words to an agent. */
export type TellOutcome =
  /** The agent is ended now, and continues with them. */
  | { readonly kind: 'now' }
  /** Nobody works on the run: the next start has them. */
  | { readonly kind: 'later' }
  | { readonly kind: 'over'; readonly task: TaskState };

/**
 * Tells a task's agent something, from any process: it is written to the journal, and an orchestrator that lives ends the
 * agent's turn and has it continue with these words.
 */
export async function tellAgent(
  { issue, task: ordinal, text: given }: TaskArgument & { readonly text: string },
  where: Where,
): Promise<TellOutcome> {
  const text = fitWords(given);
  const { state, isNews, isAlive } = await steer(issue, where, ({ tasks }) => {
    const task = tasks.find((one) => one.ordinal === ordinal);
    const known = tasks.map((one) => one.ordinal);
    if (task === undefined)
      throw new UserError({ code: 'no-such-task-in-run', ordinals: [ordinal], known });
    const by = userInfo().username;
    return isOver(task) ? null : { type: 'task-told', task: ordinal, text, by };
  });
  const task = state.tasks.find((one) => one.ordinal === ordinal);
  if (!isNews && task !== undefined) return { kind: 'over', task };
  return { kind: isAlive ? 'now' : 'later' };
}
