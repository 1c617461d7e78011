import { constants } from 'node:fs';
import { copyFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Git } from './git.ts';

export type LargeFilesParams = {
  /** Git in a repository that has the commit. */
  readonly git: Git;
  readonly commit: string;
  /** Git in the repository whose store has the files; and in the one that should have them. */
  readonly from: Git;
  readonly to: Git;
};

/**
 * Brings the files that a commit keeps in Git LFS from one repository's store to another's, on this disk: a checkout
 * there finds them without a server. What the first store does not have stays a pointer.
 */
export async function ensureLargeFiles(params: LargeFilesParams): Promise<void> {
  const from = await storeOf(params.from);
  if (!(await isThere(from))) return;
  const to = await storeOf(params.to);
  for (const id of await pointersIn(params.git, params.commit)) {
    const place = join(id.slice(0, 2), id.slice(2, 4), id);
    await ensureCopy(join(from, place), join(to, place));
  }
}

/** Where Git LFS keeps the contents of a repository. */
export async function storeOf(git: Git): Promise<string> {
  const where = await git.run(['rev-parse', '--path-format=absolute', '--git-common-dir']);
  const named = await git.probe(['config', '--get', 'lfs.storage']);
  return join(resolve(where.trim(), named.stdout.trim() || 'lfs'), 'objects');
}

/** The ids of the contents that a commit's pointers name. */
export async function pointersIn(git: Git, commit: string): Promise<Set<string>> {
  const pointer = '^oid sha256:[0-9a-f]{64}$';
  const plainly = ['-h', '-I', '--no-color', '--no-line-number', '--no-column'];
  // 1 means that there is none.
  const { stdout } = await git.probe(['grep', ...plainly, '-E', pointer, commit]);
  return new Set([...stdout.matchAll(/^oid sha256:([0-9a-f]{64})$/gmu)].map(([, id = '']) => id));
}

/** Never a link: a program that works with the copy could write into the other one. */
async function ensureCopy(from: string, to: string): Promise<void> {
  if ((await isThere(to)) || !(await isThere(from))) return;
  await mkdir(dirname(to), { recursive: true });
  const draft = `${to}.${process.pid}.new`;
  try {
    await copyFile(from, draft, constants.COPYFILE_FICLONE);
    await rename(draft, to);
  } finally {
    await rm(draft, { force: true });
  }
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
