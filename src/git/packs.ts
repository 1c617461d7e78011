import type { FileHandle } from 'node:fs/promises';
import { ForeignGitError, type Git } from './git.ts';

/** From this many objects on they stay a pack: git's own measure for what is pushed. */
const unpackLimit = 100;

/** Takes in the objects of a pack that a workspace made, each of them checked. Throws a `ForeignGitError` when git refuses one. */
export async function takePack(
  git: Git,
  { pack, objects }: { readonly pack: FileHandle; readonly objects: number },
): Promise<void> {
  const args =
    objects < unpackLimit
      ? ['unpack-objects', '-q', '--strict']
      : ['index-pack', '--stdin', '--strict'];
  const { code, stderr } = await git.probe(args, { inputFile: pack });
  if (code !== 0) throw new ForeignGitError(args, stderr, 'refused what the workspace holds');
}

/**
 * Makes sure that all objects of some commits are here. Throws a `ForeignGitError` where one is missing: a history with a
 * hole in it would break its later readers.
 */
export async function requireComplete(git: Git, commits: readonly string[]): Promise<void> {
  const args = ['rev-list', '--objects', '--quiet', '--stdin', '--not', '--all'];
  const input = commits.map((line) => `${line}\n`).join('');
  const { code, stderr } = await git.probe(args, { input });
  if (code !== 0) throw new ForeignGitError(args, stderr, 'found a history with objects missing');
}
