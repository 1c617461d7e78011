import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openTemporaryFolder } from '../../files/temporary-folder.ts';
import { ForeignGitError } from '../../git/git.ts';
import { openMergeRepository } from '../../git/merge-repository.ts';
import type { TaskState } from '../../model/state/task-state.ts';
import { snapshotWorkspace } from '../../workspace/salvage/snapshot-workspace.ts';
import type { AppContext } from '../user-interface.ts';
import { findConfinement } from './find-confinement.ts';
import { findTask, type TaskArgument } from './find-task.ts';

/** Two commits or trees, and a repository of ours that has both. */
export type DiffRange = {
  readonly from: string;
  readonly to: string;
  readonly directory: string;
  readonly task: TaskState;
};

/** A larger file is named by git as binary, and nobody reads it. */
const mostBytes = 100 * 1024 * 1024;

/**
 * Finds what a task's branch changes, and hands it over while it is there; before the branch is pushed, what its
 * workspace holds now. Git runs in a repository of ours, on objects of ours: what the agent's configuration names never
 * runs. Where there is nothing to show, gives the words that say why.
 */
export async function withTaskDiff<T>(
  argument: TaskArgument,
  context: Pick<AppContext, 'directory' | 'env'>,
  show: (range: DiffRange) => Promise<T>,
): Promise<{ readonly shown: T } | { readonly why: string }> {
  const { place, task } = await findTask(argument, context);
  const { workspace } = task;
  if (workspace === null)
    return { why: `Task ${task.ordinal} has not begun: there is nothing to show.` };
  const from = workspace.baseSha;
  if (task.pushedHead !== null) {
    const to = `refs/remotes/flotilla/${workspace.branch}`;
    return { shown: await show({ from, to, directory: place.repository.root, task }) };
  }
  if (!existsSync(workspace.path))
    return {
      why: `Task ${task.ordinal} no longer has a workspace, and none of its work was pushed.`,
    };
  const clone = place.repository.git.at(place.state.clone);
  await using folder = await openTemporaryFolder('flotilla-diff-');
  await using repository = await openMergeRepository({
    directory: join(folder.path, 'diff.git'),
    from: clone,
  });
  try {
    const { tree } = await snapshotWorkspace({
      confinement: await findConfinement(context.env, clone.directory),
      ...{ workspace: workspace.path, repository: repository.directory, mostBytes },
      ...{ index: join(repository.directory, 'index'), ground: from },
    });
    return { shown: await show({ from, to: tree, directory: repository.directory, task }) };
  } catch (error) {
    if (!(error instanceof ForeignGitError)) throw error;
    return { why: `The workspace of task ${task.ordinal} cannot be read: ${error.message}` };
  }
}

/** How git is asked for a difference: neither a program that a configuration names, nor colours, which are ours to give. */
export function diffArguments({ from, to }: Pick<DiffRange, 'from' | 'to'>): readonly string[] {
  const flags = ['--no-color', '--no-ext-diff', '--no-textconv', '--ignore-submodules=dirty'];
  return ['--no-replace-objects', 'diff', ...flags, from, to];
}
