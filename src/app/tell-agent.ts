import { userInfo } from 'node:os';
import { isOver, type TaskState } from '../model/state/task-state.ts';
import { UserError } from '../model/user-error.ts';
import { isAlive } from '../process/identity.ts';
import { signalQuietly } from '../process/process-tree.ts';
import type { AppContext } from './user-interface.ts';
import { findRun, findWritablePlace } from './place/find-place.ts';

/** What came of words to an agent. */
export type TellOutcome =
  /** The agent is ended now, and continues with them. */
  | { readonly kind: 'now' }
  /** Nobody works on the run: the next start has them. */
  | { readonly kind: 'later' }
  | { readonly kind: 'over'; readonly task: TaskState };

/** No message is longer. */
const mostChars = 10_000;

/**
 * Tells a task's agent something, from any process: it is written to the journal, and an orchestrator that lives ends the
 * agent's turn and has it continue with these words.
 */
export async function tellAgent(
  params: { readonly issue: string; readonly task: number; readonly text: string },
  { directory, env }: Pick<AppContext, 'directory' | 'env'>,
): Promise<TellOutcome> {
  const text = params.text.trim();
  if (text === '') throw new UserError({ code: 'answer-unfit', why: 'empty' });
  if (text.length > mostChars) throw new UserError({ code: 'answer-unfit', why: 'long' });
  const place = await findWritablePlace(directory, env);
  const { journal, state } = await findRun(place, params.issue);
  try {
    const task = state.tasks.find(({ ordinal }) => ordinal === params.task);
    const known = state.tasks.map(({ ordinal }) => ordinal);
    if (task === undefined)
      throw new UserError({ code: 'no-such-task-in-run', ordinals: [params.task], known });
    if (isOver(task)) return { kind: 'over', task };
    const by = userInfo().username;
    journal.append(state.run, { type: 'task-told', task: task.ordinal, text, by });
    if (state.ended !== null || !(await isAlive(state.orchestrator))) return { kind: 'later' };
    signalQuietly(state.orchestrator.pid, 'SIGUSR2');
    return { kind: 'now' };
  } finally {
    journal.close();
  }
}
