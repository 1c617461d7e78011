import { readFile, realpath } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/**
 * The directory of a clone that belongs to a worktree, as the worktree's `.git` names it; whoever works there can write
 * to that file. Null when what it names is no worktree of this clone.
 */
export async function worktreeEntry(workspace: string, clone: string): Promise<string | null> {
  const text = await readFile(join(workspace, '.git'), 'utf8');
  // Paths may hold line breaks, and may start from where they stand.
  const named = text.replace(/^gitdir: /u, '').trim();
  const [entry, root] = await Promise.all([realpath(resolve(workspace, named)), realpath(clone)]);
  return dirname(entry) === join(root, 'worktrees') ? entry : null;
}
