import type { TaskState } from '../../model/state/task-state.ts';
import { UserError } from '../../model/user-error.ts';
import type { AppContext } from '../user-interface.ts';
import { findPlace, findRun, type Place } from './find-place.ts';

/** A task as a user names it: its run's issue, and its number in that. */
export type TaskArgument = { readonly issue: string; readonly task: number };

/** The task of a run that a user names, and where it is. Throws a `UserError` when there is none. */
export async function findTask(
  { issue, task }: TaskArgument,
  context: Pick<AppContext, 'directory' | 'env'>,
): Promise<{ place: Place; task: TaskState }> {
  const place = await findPlace(context.directory, context.env);
  const { journal, state } = await findRun(place, issue);
  journal.close();
  const found = state.tasks.find(({ ordinal }) => ordinal === task);
  if (found !== undefined) return { place, task: found };
  const known = state.tasks.map(({ ordinal }) => ordinal);
  throw new UserError({ code: 'no-such-task-in-run', ordinals: [task], known });
}
