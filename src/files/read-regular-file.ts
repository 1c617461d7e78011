import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { join } from 'node:path';

export type RegularFile = {
  /** A directory that somebody else can write to. */
  readonly root: string;
  /** Relative to it. */
  readonly path: string;
  readonly mostBytes: number;
};

/**
 * Reads a file where others can write: no link is followed on the way, and anything but a plain file of that size is not
 * read. Null then, and when there is nothing. Call it when no other program works there that could replace a directory by a
 * link between two looks.
 */
export async function readRegularFile({
  root,
  path,
  mostBytes,
}: RegularFile): Promise<Buffer | null> {
  if (!(await isPlainWay(root, path))) return null;
  // Without waiting: a FIFO would have us wait for its writer.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(join(root, path), flags).catch(() => null);
  if (file === null) return null;
  try {
    const found = await file.stat();
    if (!found.isFile() || found.size > mostBytes) return null;
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** Whether all directories on the way from a root to a path are directories, and none is a link. */
export async function isPlainWay(root: string, path: string): Promise<boolean> {
  const names = path.split('/');
  if (names.some((name) => name === '..' || name === '')) return false;
  for (let count = 1; count < names.length; count += 1) {
    const found = await lstat(join(root, ...names.slice(0, count))).catch(() => null);
    if (found?.isDirectory() !== true) return false;
  }
  return true;
}
