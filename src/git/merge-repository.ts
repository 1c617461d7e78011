import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Git } from './git.ts';

/**
 * A bare repository to try things in: it sees all objects of another, and whatever is made in it (snapshots, merged
 * trees) goes when it is thrown away. Its own attributes and exclusions say how files merge and what is left out.
 */
export type MergeRepository = AsyncDisposable & {
  readonly directory: string;
  readonly git: Git;
};

export type MergeRepositoryParams = {
  /** Where it is made; whatever stood there is deleted. */
  readonly directory: string;
  /** The repository whose objects it sees. */
  readonly from: Git;
  /** Lines of a `gitattributes` file: how files merge. */
  readonly attributes?: readonly string[];
  /** Lines of a `gitignore` file: untracked files that are not work. */
  readonly excluded?: readonly string[];
};

/** Makes a repository to try merges in. */
export async function openMergeRepository(params: MergeRepositoryParams): Promise<MergeRepository> {
  const { directory, from } = params;
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const git = from.at(directory);
  const [objects = '', format = ''] = (
    await from.run([
      ...['rev-parse', '--path-format=absolute', '--git-path', 'objects'],
      '--show-object-format',
    ])
  ).split('\n');
  await git.run(['init', '--quiet', '--bare', '--template=', `--object-format=${format}`, '.']);
  const information = join(directory, 'info');
  await mkdir(information, { recursive: true });
  await Promise.all([
    writeFile(join(directory, 'objects', 'info', 'alternates'), `${objects}\n`),
    writeFile(join(information, 'attributes'), lines(params.attributes)),
    writeFile(join(information, 'exclude'), lines(params.excluded)),
    copyShallow(from, directory),
  ]);
  return {
    directory,
    git,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

/** The file that says where a shallow history breaks off lies next to the objects, and not among them. */
async function copyShallow(from: Git, directory: string): Promise<void> {
  const asked = ['rev-parse', '--path-format=absolute', '--git-path', 'shallow'];
  const place = (await from.run(asked)).trim();
  await copyFile(place, join(directory, 'shallow')).catch((error: NodeJS.ErrnoException) => {
    // Most histories are whole.
    if (error.code !== 'ENOENT') throw error;
  });
}

function lines(all: readonly string[] = []): string {
  return all.map((line) => `${line}\n`).join('');
}
