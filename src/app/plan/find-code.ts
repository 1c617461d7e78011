import { stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { gitAt, type Git } from '../../git/git.ts';
import { locateCommit } from '../../git/repository.ts';
import { UserError } from '../../model/user-error.ts';
import type { AppContext } from '../user-interface.ts';

/** A repository at a commit, and the part of it that is asked about. */
export type FoundCode = {
  readonly git: Git;
  readonly commit: string;
  /** As the repository names them; `''` is all of it. */
  readonly folders: readonly string[];
};

/** Finds the repository that contains some paths, and a commit in it. It may be bare: nothing is checked out. */
export async function findCode(
  paths: readonly string[],
  at: string | undefined,
  { directory, env }: Pick<AppContext, 'directory' | 'env'>,
): Promise<FoundCode> {
  const wanted = (paths.length === 0 ? ['.'] : paths).map((path) => resolve(directory, path));
  const [first = directory] = wanted;
  const start = await folderOf(first);
  const { root, commit } = await askGit(gitAt(start, env), start, at ?? 'HEAD');
  const folders = wanted.map((path) => relative(root, path).split(sep).join('/'));
  const outside = folders.find((folder) => folder.startsWith('..'));
  if (outside !== undefined)
    throw new UserError({
      code: 'usage',
      message: `${join(root, outside)} lies outside the repository ${root}.`,
    });
  return { git: gitAt(root, env), commit, folders };
}

async function folderOf(path: string): Promise<string> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'there is no such file or folder' : error.message;
    throw new UserError({
      code: 'usage',
      message: `There is nothing to analyse at ${path}: ${why}`,
    });
  });
  return found.isDirectory() ? path : dirname(path);
}

/** One question for all three: starting git costs more than what it does here. */
async function askGit(git: Git, start: string, name: string) {
  const found = await locateCommit(git, name);
  if (found === null) throw new UserError({ code: 'no-repository', directory: start });
  const { commit, wayUp } = found;
  const root = resolve(start, wayUp);
  if (commit !== null) return { root, commit };
  if (name === 'HEAD') throw new UserError({ code: 'no-commits-yet', repository: root });
  throw new UserError({ code: 'usage', message: `${name} is not a commit of the repository.` });
}
