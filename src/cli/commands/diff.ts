import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openTemporaryFolder } from '../../files/temporary-folder.ts';
import { ForeignGitError, type Git } from '../../git/git.ts';
import { openMergeRepository } from '../../git/merge-repository.ts';
import type { TaskState, WorkspaceState } from '../../model/state/task-state.ts';
import { snapshotWorkspace } from '../../workspace/salvage/snapshot-workspace.ts';
import { findConfinement } from '../../app/place/find-confinement.ts';
import { findTask, type TaskArgument } from '../../app/place/find-task.ts';
import type { CommandContext } from '../command-context.ts';
import { tellNothingToShow } from '../nothing-to-show.ts';
import { showDiff } from '../show-diff.ts';

/**
 * `flotilla diff <issue> <task>`: what a task's branch changes, in the user's own pager; before it is pushed, in its
 * workspace. Control characters are shown as symbols.
 */
export async function diff(argument: TaskArgument, context: CommandContext): Promise<number> {
  const { place, task } = await findTask(argument, context);
  const { workspace } = task;
  if (workspace === null)
    return tellNothingToShow(
      context,
      `Task ${task.ordinal} has not begun: there is nothing to show.`,
    );
  if (task.pushedHead !== null) {
    const range = [workspace.baseSha, `refs/remotes/flotilla/${workspace.branch}`];
    return tellWhenEmpty(await showDiff(range, place.repository.root, context), task, context);
  }
  if (!existsSync(workspace.path))
    return tellNothingToShow(
      context,
      `Task ${task.ordinal} no longer has a workspace, and none of its work was pushed.`,
    );
  const clone = place.repository.git.at(place.state.clone);
  return diffWorkspace({ workspace, clone, task }, context);
}

/** An empty answer would look like a failure: the reason goes to standard error, apart from what a script reads. */
function tellWhenEmpty(
  { code, isEmpty }: Awaited<ReturnType<typeof showDiff>>,
  { ordinal, status }: TaskState,
  { stderr }: CommandContext,
): number {
  const yet = status === 'running' ? ' yet' : '';
  if (isEmpty && code === 0) stderr.write(`Task ${ordinal} has changed nothing${yet}.\n`);
  return code;
}

/** A larger file is named by git as binary, and nobody reads it. */
const mostBytes = 100 * 1024 * 1024;

/**
 * Shows a workspace as it is now. Git in front of the user runs in a repository of ours, on objects of ours: what the
 * agent's configuration names never runs.
 */
async function diffWorkspace(
  order: { readonly workspace: WorkspaceState; readonly clone: Git; readonly task: TaskState },
  context: CommandContext,
): Promise<number> {
  const { workspace, clone } = order;
  await using folder = await openTemporaryFolder('flotilla-diff-');
  await using repository = await openMergeRepository({
    directory: join(folder.path, 'diff.git'),
    from: clone,
  });
  try {
    const { tree } = await snapshotWorkspace({
      confinement: await findConfinement(context.env, clone.directory),
      ...{ workspace: workspace.path, repository: repository.directory, mostBytes },
      ...{ index: join(repository.directory, 'index'), ground: workspace.baseSha },
    });
    const shown = await showDiff([workspace.baseSha, tree], repository.directory, context);
    return tellWhenEmpty(shown, order.task, context);
  } catch (error) {
    if (!(error instanceof ForeignGitError)) throw error;
    const what = `The workspace of task ${order.task.ordinal} cannot be read: ${error.message}`;
    return tellNothingToShow(context, what);
  }
}
