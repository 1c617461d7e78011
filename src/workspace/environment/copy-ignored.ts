import { constants } from 'node:fs';
import { copyFile, glob, mkdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { isPlainWay } from '../../files/read-regular-file.ts';
import type { Git } from '../../git/git.ts';
import { onlyIgnored } from '../../git/work-tree.ts';

/**
 * Copies files that git ignores but tests need (`.env` and the like) from the user's work tree into a workspace, by the
 * configured patterns. A tracked file is never copied: the workspace has its own; nor is anything written through a link
 * that the workspace's commit has in that place. Gives the copied paths; throws when git cannot tell which are ignored, as
 * behind a symbolic link.
 */
export async function copyIgnored(params: {
  readonly patterns: readonly string[];
  readonly userGit: Git;
  readonly from: string;
  readonly to: string;
}): Promise<string[]> {
  if (params.patterns.length === 0) return [];
  const found: string[] = [];
  for await (const entry of glob([...params.patterns], { cwd: params.from, withFileTypes: true })) {
    const path = relative(params.from, join(entry.parentPath, entry.name));
    if (entry.isFile() && isInside(params.from, path)) found.push(path);
  }
  const ignored = await onlyIgnored(params.userGit, found);
  const copied: string[] = [];
  for (const path of ignored) if (await copyOne(params, path)) copied.push(path);
  return copied;
}

/** Whether it could be copied: what stands there already, a link or a file of the branch's own, stays. */
async function copyOne(
  { from, to }: { readonly from: string; readonly to: string },
  path: string,
): Promise<boolean> {
  const folders = path.split('/').slice(0, -1);
  for (const at of folders.keys()) {
    const folder = folders.slice(0, at + 1).join('/');
    // Through a link it would be made elsewhere.
    if (!(await isPlainWay(to, folder))) return false;
    await mkdir(join(to, folder)).catch(() => undefined);
  }
  if (!(await isPlainWay(to, path))) return false;
  return copyFile(join(from, path), join(to, path), constants.COPYFILE_EXCL).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );
}

function isInside(root: string, path: string): boolean {
  const whole = resolve(root, path);
  return whole.startsWith(`${root}/`) && !whole.startsWith(`${root}/.git/`);
}
