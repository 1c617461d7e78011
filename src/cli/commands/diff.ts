import { existsSync } from 'node:fs';
import type { CommandContext } from '../command-context.ts';
import { findTask, tellNothingToShow, type TaskArgument } from '../find-task.ts';
import { showDiff } from '../show-diff.ts';

/**
 * `flotilla diff <issue> <task>`: what a task's branch changes, in the user's own pager; before it is pushed, in its
 * workspace. Control characters are shown by signs.
 */
export async function diff(argument: TaskArgument, context: CommandContext): Promise<number> {
  const { place, task } = await findTask(argument, context);
  const { workspace } = task;
  if (workspace === null)
    return tellNothingToShow(
      context,
      `Task ${task.ordinal} has not begun: there is nothing to show.`,
    );
  const isPublished = task.pushedHead !== null;
  if (!isPublished && !existsSync(workspace.path))
    return tellNothingToShow(
      context,
      `Task ${task.ordinal} has no workspace any more, and nothing of it was pushed.`,
    );
  const directory = isPublished ? place.repository.root : workspace.path;
  const range = isPublished
    ? [workspace.baseSha, `refs/remotes/flotilla/${workspace.branch}`]
    : [workspace.baseSha];
  return showDiff(range, directory, context);
}
