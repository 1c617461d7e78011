import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { identityVariables, type Git, type GitIdentity } from '../git/git.ts';
import { readStatus } from './work-status.ts';

export type DirectorySalvage = {
  /** Git on the bare clone that takes the tree. */
  readonly clone: Git;
  readonly cloneDirectory: string;
  readonly identity: GitIdentity;
  /** A directory that git does not know as a worktree, so that it has no history to go by. */
  readonly path: string;
  readonly ref: string;
};

/** Commits a plain directory's whole tree to a ref of the clone, all but what it ignores itself. */
export async function salvageDirectory(order: DirectorySalvage): Promise<void> {
  const index = join(order.cloneDirectory, `salvage-${randomUUID()}.index`);
  const env = {
    GIT_DIR: order.cloneDirectory,
    GIT_WORK_TREE: order.path,
    GIT_INDEX_FILE: index,
    ...identityVariables(order.identity),
  };
  const git = order.clone.at(order.path);
  try {
    await git.run(['add', '--all', '--ignore-errors'], { env });
    const tree = (await git.run(['write-tree'], { env })).trim();
    const message = 'Salvaged by Flotilla: a directory that was no longer a worktree';
    const commit = await git.run(['commit-tree', tree, '-m', message], { env });
    await order.clone.run(['update-ref', order.ref, commit.trim()]);
  } finally {
    await rm(index, { force: true });
  }
}

/** A repository inside a worktree, which git would salvage as a mere name without its commits; null when there is none. */
export async function findInnerRepository(git: Git): Promise<string | null> {
  // Git looks into every untracked directory but another repository's, whose entry keeps its slash.
  const { entries } = await readStatus(git, 'all');
  return entries.find(({ kind, path }) => kind === 'untracked' && path.endsWith('/'))?.path ?? null;
}
