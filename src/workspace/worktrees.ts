import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, realpath, rename, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { BareClone } from '../git/bare-clone.ts';
import type { Git, GitIdentity } from '../git/git.ts';
import { runCommand } from '../process/run-command.ts';
import { createPool } from './pool.ts';
import { findInnerRepository, salvageDirectory } from './salvage-directory.ts';
import { salvageBranch, salvageRef, salvageTree } from './salvage-tree.ts';
import { readStatus } from './work-status.ts';

/** The worktrees of our bare clone, each one task's workspace. */
export type Worktrees = {
  /**
   * Makes a worktree on a branch at a commit and checks its files out. For one that was never finished: what stands in
   * its place is salvaged and made again.
   */
  readonly create: (order: WorktreeOrder) => Promise<void>;
  /** Whether the worktree is there and git knows it. */
  readonly exists: (path: string) => Promise<boolean>;
  /**
   * Takes a worktree away once all of its tree is reachable from a ref; gives that ref's name. Null when it cannot be
   * made safe (it holds a repository of its own, which git would salvage as a mere name): then it stays.
   */
  readonly remove: (order: RemovalOrder) => Promise<string | null>;
  /** Git in one worktree. */
  readonly git: (path: string) => Git;
  /** Deletes what was put aside, until all is gone or the signal comes. */
  readonly emptyTrash: (signal: AbortSignal) => Promise<void>;
};

export type WorktreeOrder = {
  readonly path: string;
  /** Null: detached, for a look at the base. */
  readonly branch: string | null;
  readonly commit: string;
};

export type RemovalOrder = {
  readonly path: string;
  /** The commit that is known to be safe elsewhere, and where. */
  readonly safe: { readonly commit: string; readonly ref: string } | null;
  /** Names the salvage ref when one is needed: `<run>/<task>`. */
  readonly salvageAs: string;
  /** Paths whose loss is no loss: what setup and checks made. */
  readonly artefacts: ReadonlySet<string>;
};

/** Checkouts at once: disk-bound work gains nothing from more. */
const checkoutsAtOnce = 2;

export type WorktreesOrder = {
  readonly clone: BareClone;
  readonly trash: string;
  /** Whom salvage commits are by. */
  readonly identity: GitIdentity;
};

export function worktreesOf({ clone, trash, identity }: WorktreesOrder): Worktrees {
  const checkouts = createPool(checkoutsAtOnce);
  const git = (path: string): Git => clone.git.at(path);

  const exists = (path: string): Promise<boolean> => isWorktreeOf(clone.directory, path);

  const putAside = async (path: string): Promise<void> => {
    await mkdir(trash, { recursive: true });
    await rename(path, join(trash, randomUUID()));
    await clone.git.run(['worktree', 'prune', '--expire', 'now']);
  };

  const makeSafe = async (
    path: string,
    order: Omit<RemovalOrder, 'path'>,
  ): Promise<string | null> =>
    (await exists(path))
      ? worktreeSafety(git(path), identity, order)
      : directorySafety({ clone, identity, path, ref: salvageRef(order.salvageAs) });

  /** Makes way for a new worktree; what cannot be salvaged is kept beside it. */
  const clearPlace = async (path: string): Promise<void> => {
    if ((await stat(path).catch(() => null)) === null) return;
    const order = { safe: null, salvageAs: basename(path), artefacts: new Set<string>() };
    if ((await makeSafe(path, order)) === null) await rename(path, `${path}.kept-${randomUUID()}`);
    else await putAside(path);
  };

  const create = async ({ path, branch, commit }: WorktreeOrder): Promise<void> => {
    await clone.exclusively(async () => {
      await clearPlace(path);
      await addWorktree(clone.git, { path, branch, commit });
    });
    await checkouts(() => git(path).run(['reset', '--quiet', '--hard', commit]));
  };

  const remove = async ({ path, ...order }: RemovalOrder): Promise<string | null> => {
    if ((await stat(path).catch(() => null)) === null) {
      await clone.exclusively(() => clone.git.run(['worktree', 'prune', '--expire', 'now']));
      return order.safe?.ref ?? 'nothing was there';
    }
    const safeIn = await makeSafe(path, order);
    if (safeIn !== null) await clone.exclusively(() => putAside(path));
    return safeIn;
  };

  return { create, exists, remove, git, emptyTrash: (signal) => emptyTrash(trash, signal) };
}

/**
 * Whether a directory is a worktree of a clone: each names the other. An agent may have put a repository of its own in
 * its place. Read from the files that git goes by, without a process: it is asked often.
 */
async function isWorktreeOf(clone: string, path: string): Promise<boolean> {
  try {
    const [link, root] = await Promise.all([readFile(join(path, '.git'), 'utf8'), realpath(clone)]);
    // Git may be told to write paths that start from where they stand.
    const entry = await realpath(resolve(path, link.replace(/^gitdir: /u, '').trim()));
    if (dirname(entry) !== join(root, 'worktrees')) return false;
    const back = (await readFile(join(entry, 'gitdir'), 'utf8')).trim();
    return (await realpath(dirname(resolve(entry, back)))) === (await realpath(path));
  } catch {
    return false;
  }
}

async function addWorktree(git: Git, order: WorktreeOrder): Promise<void> {
  const { path, branch, commit } = order;
  if (branch !== null) {
    // The usual case in one call: nothing stands in the way of a new branch in a new place.
    const where = ['--no-track', '-b', branch, path, commit];
    const added = await git.probe(['worktree', 'add', '--quiet', '--no-checkout', ...where]);
    if (added.code === 0) return;
  }
  await addOverRemains(git, order);
}

async function addOverRemains(git: Git, { path, branch, commit }: WorktreeOrder): Promise<void> {
  // Twice forced: a killed add leaves an entry locked as "initializing" behind.
  await git.run([
    ...['worktree', 'add', '-f', '-f', '--quiet', '--no-checkout', '--detach'],
    ...[path, commit],
  ]);
  if (branch === null) return;
  await salvageBranch(git, branch, commit);
  // Not by `worktree add -B`: it refuses a branch that a worktree which is gone, or another agent's, is still on.
  await git.run(['update-ref', `refs/heads/${branch}`, commit]);
  await git.at(path).run(['symbolic-ref', 'HEAD', `refs/heads/${branch}`]);
}

/** Where everything in a worktree is safe; null when that cannot be had. */
async function worktreeSafety(
  git: Git,
  identity: GitIdentity,
  order: Omit<RemovalOrder, 'path'>,
): Promise<string | null> {
  const { head, entries } = await readStatus(git, 'normal');
  const isDirty = entries.some((entry) => !order.artefacts.has(entry.path));
  if (!isDirty && order.safe?.commit === head) return order.safe.ref;
  if ((await findInnerRepository(git)) !== null) return null;
  const ref = salvageRef(order.salvageAs);
  await salvageTree({ git, identity, ref });
  return ref;
}

/** The same for a directory that git does not know. */
async function directorySafety(order: {
  readonly clone: BareClone;
  readonly identity: GitIdentity;
  readonly path: string;
  readonly ref: string;
}): Promise<string> {
  const { clone, ...rest } = order;
  await salvageDirectory({ ...rest, clone: clone.git, cloneDirectory: clone.directory });
  return order.ref;
}

/** What comes into the trash meanwhile is left for the next time: the directory itself stays. */
async function emptyTrash(trash: string, signal: AbortSignal): Promise<void> {
  const paths = (await readdir(trash).catch(() => [])).map((name) => join(trash, name));
  if (paths.length === 0) return;
  // A process of its own: deleting thousands of files is no work for the orchestrator's one thread.
  await runCommand({
    argv: ['rm', '-rf', '--', ...paths],
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
    signal,
  });
}
