import { realpath, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Git } from '../git/git.ts';
import { readProcessUses, userOf } from './live-use.ts';

/** What git locks in a worktree's own directory, where no other worktree's git has any business. */
const locks = ['index.lock', 'HEAD.lock'];

/** A keeper or an agent that has just ended is seen for a moment longer. */
const looks = 20;
const betweenLooksMs = 100;

/**
 * Removes the locks that a git which was killed left in a worktree: with them every later git refuses to write there. To
 * be called when nothing is meant to run in the worktree; where something still does, the locks stay, for they may be its.
 */
export async function ensureNoStaleLocks(order: {
  readonly git: Git;
  readonly workspace: string;
  /** Whatever carries it works for this workspace's task. */
  readonly marker: string;
}): Promise<void> {
  const left = await locksIn(order.git, order.workspace);
  if (left.length === 0 || (await isStillUsed(order))) return;
  await Promise.all(left.map((path) => rm(path, { force: true })));
}

async function locksIn(git: Git, workspace: string): Promise<string[]> {
  const asked = ['rev-parse', '--git-dir', '--git-common-dir'];
  const answer = (await git.run(asked)).trimEnd().split('\n');
  const [own, common] = answer.map((path) => resolve(workspace, path));
  if (own === undefined || common === undefined || own === common) return [];
  const paths = locks.map((name) => join(own, name));
  const found = await Promise.all(paths.map((path) => stat(path).catch(() => null)));
  return paths.filter((_path, index) => found[index]?.isFile());
}

async function isStillUsed(order: {
  readonly workspace: string;
  readonly marker: string;
}): Promise<boolean> {
  const place = { path: await realpath(order.workspace), marker: order.marker };
  for (let look = 0; look < looks; look += 1) {
    if (userOf(await readProcessUses(), place) === null) return false;
    await pause(betweenLooksMs);
  }
  return true;
}
