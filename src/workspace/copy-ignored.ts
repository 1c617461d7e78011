import { copyFile, glob, mkdir } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { GitError, records, type Git } from '../git/git.ts';

/**
 * Copies files that git ignores but tests need (`.env` and the like) from the user's work tree into a workspace, by the
 * configured patterns. A tracked file is never copied: the workspace has its own. Gives the copied paths; throws when
 * git cannot tell which are ignored, as behind a symbolic link.
 */
export async function copyIgnored(order: {
  readonly patterns: readonly string[];
  readonly userGit: Git;
  readonly from: string;
  readonly to: string;
}): Promise<string[]> {
  if (order.patterns.length === 0) return [];
  const found: string[] = [];
  for await (const entry of glob([...order.patterns], { cwd: order.from, withFileTypes: true })) {
    const path = relative(order.from, join(entry.parentPath, entry.name));
    if (entry.isFile() && isInside(order.from, path)) found.push(path);
  }
  const ignored = await onlyIgnored(order.userGit, found);
  for (const path of ignored) {
    const target = join(order.to, path);
    await mkdir(dirname(target), { recursive: true });
    await copyFile(join(order.from, path), target);
  }
  return ignored;
}

function isInside(root: string, path: string): boolean {
  const whole = resolve(root, path);
  return whole.startsWith(`${root}/`) && !whole.startsWith(`${root}/.git/`);
}

async function onlyIgnored(git: Git, paths: readonly string[]): Promise<string[]> {
  if (paths.length === 0) return [];
  const asked = ['check-ignore', '-z', '--stdin'];
  const { code, stdout, stderr } = await git.probe(asked, { input: paths.join('\0') });
  // 1 says that none of them is ignored.
  if (code > 1) throw new GitError(asked, stderr, `exited ${code}`);
  return records(stdout);
}
