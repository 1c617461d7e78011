import { mkdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { worktreeEntry } from './worktree-entry.ts';

/** Directories of a clone that a commit in one of its worktrees writes to. Configuration and hooks are not among them. */
const shared = ['logs', 'objects', 'packed', 'refs'];

/**
 * The directories that git writes to, outside of a workspace, when it commits there: for programs with a sandbox of
 * their own. Throws when the workspace is no worktree of the clone, for whoever works in it can write to the pointer.
 */
export async function ensureGitDirectories(workspace: string, clone: string): Promise<string[]> {
  const [own, whole] = await Promise.all([worktreeEntry(workspace, clone), realpath(clone)]);
  if (own === null) throw new Error(`${workspace} is no worktree of ${clone}`);
  // A clone has none before its first commit in a worktree.
  await mkdir(join(whole, 'logs'), { recursive: true });
  const paths = [...shared.map((name) => join(whole, name)), own];
  const found = await Promise.all(paths.map((path) => stat(path).catch(() => null)));
  return paths.filter((_, at) => found[at]?.isDirectory() === true);
}
