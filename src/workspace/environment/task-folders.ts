import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StateDirectory } from '../state/state-directory.ts';
import { temporaryPrefix } from './temporary-directory.ts';

/** A task's own folders outside its workspace. */
export type TaskFolders = { readonly directory: string; readonly temporary: string };

/** Where a task of a run has its control directory and its temporary files. */
export function taskFoldersOf(
  { root, runs }: StateDirectory,
  run: string,
  /** A task's ordinal, `base`, or where a task's commits are checked. */
  room: number | string,
): TaskFolders {
  return {
    directory: join(runs, run, `task-${room}`),
    temporary: join(tmpdir(), `${temporaryPrefix(root, run)}${room}`),
  };
}
