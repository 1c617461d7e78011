import { link, lstat, mkdir, open, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { worktreeEntry } from '../worktree-entry.ts';
import type { Mount } from './sandbox.ts';

/** Directories of the clone that git makes only when it needs them: made ahead, so that nobody else makes them. */
const madeAhead = ['hooks', 'info', 'logs', 'lfs', 'packed', 'refs/flotilla', 'worktrees'];

/**
 * Lays a bare clone out so that a sandbox can give some of it away: deleting a ref locks and replaces `packed-refs`,
 * which therefore moves to a directory of its own behind a symbolic link (git follows it, and locks beside the target).
 * To be called under the clone's mutex, before the first workspace; does nothing the second time.
 */
export async function ensureCloneDivides(clone: string): Promise<void> {
  await Promise.all(madeAhead.map((name) => mkdir(join(clone, name), { recursive: true })));
  const place = join(clone, 'packed-refs');
  const found = await lstat(place).catch(() => null);
  if (found?.isSymbolicLink()) return;
  const lock = await open(`${place}.lock`, 'wx');
  try {
    const target = join(clone, 'packed', 'packed-refs');
    await rm(target, { force: true });
    if (found !== null) await link(place, target);
    await rm(`${place}.link`, { force: true });
    await symlink('packed/packed-refs', `${place}.link`);
    await rename(`${place}.link`, place);
  } finally {
    await lock.close();
    await rm(`${place}.lock`, { force: true });
  }
}

/**
 * What a linked worktree's programs see of the clone: all of it to read, and to write what a commit, a rebase or a
 * stash writes. Whatever would make git outside run or read something else stays as it is: configuration, hooks, HEAD,
 * the other worktrees, and the two pointers between this worktree and the clone.
 */
export async function gitMounts(workspace: string, clone: string): Promise<Mount[]> {
  const pointer = join(workspace, '.git');
  const own = await worktreeEntry(workspace, clone);
  if (own === null) throw new Error(`${workspace} is no worktree of ${clone}`);
  return [
    { kind: 'read', path: clone },
    ...writable(['objects', 'refs', 'logs', 'lfs', 'packed'].map((name) => join(clone, name))),
    // Packs are never changed, only added to; ours may be hard links of the user's own.
    ...readable(['objects/pack', 'objects/info', 'refs/flotilla'].map((name) => join(clone, name))),
    ...writable([workspace, own]),
    ...readable([pointer, join(own, 'commondir'), join(own, 'gitdir')]),
  ];
}

function writable(paths: readonly string[]): Mount[] {
  return paths.map((path) => ({ kind: 'write', path }));
}

function readable(paths: readonly string[]): Mount[] {
  return paths.map((path) => ({ kind: 'read', path }));
}
