import { lstat, readlink, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** A symbolic link that leads out of the folder that it lies in, and where to. */
export type LinkOut = { readonly link: string; readonly target: string };

/**
 * The first symbolic link on the way from a folder to a path below it that leads out of the folder, into its `.git`, or
 * nowhere (writing through such a link makes what it names); null when there is none. A missing part ends the search.
 * The folder is one without symbolic links in its own path.
 */
export async function findLinkOut(root: string, path: string): Promise<LinkOut | null> {
  let at = root;
  for (const part of relative(root, path).split(sep)) {
    at = join(at, part);
    const found = await lstat(at).catch(absent);
    if (found === null) return null;
    if (!found.isSymbolicLink()) continue;
    const target = await realpath(at).catch(() => null);
    if (target === null || !isInside(root, target))
      return { link: at, target: target ?? (await readlink(at)) };
    at = target;
  }
  return null;
}

/** Git's own folder is no place for our files, or for files of the repository. */
function isInside(root: string, target: string): boolean {
  const way = relative(root, target).split(sep);
  return way[0] !== '..' && way[0] !== '.git' && target !== root;
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
  throw error;
}
