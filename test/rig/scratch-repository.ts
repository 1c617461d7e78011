import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gitAt, type Git } from '../../src/git/git.ts';

/** A repository in a temporary directory, for tests that need a history of their own. */
export type ScratchRepository = AsyncDisposable & {
  readonly directory: string;
  readonly git: Git;
  /** Writes files (null deletes one) and commits everything; gives the commit. */
  readonly commit: (
    message: string,
    files: Readonly<Record<string, string | Buffer | null>>,
    author?: string,
  ) => Promise<string>;
};

/** Makes an empty one. */
export async function scratchRepository(): Promise<ScratchRepository> {
  const directory = await mkdtemp(join(tmpdir(), 'scratch-'));
  const git = gitAt(directory, process.env);
  await git.run(['init', '--quiet', '--initial-branch=main']);
  return {
    directory,
    git,
    commit: async (message, files, author = 'Ann <ann@example.invalid>') => {
      for (const [path, text] of Object.entries(files)) {
        const file = join(directory, path);
        await mkdir(dirname(file), { recursive: true });
        await (text === null ? rm(file) : writeFile(file, text));
      }
      await git.run(['add', '--all']);
      await git.run([
        'commit',
        '--quiet',
        '--allow-empty',
        '--message',
        message,
        '--author',
        author,
      ]);
      return (await git.run(['rev-parse', 'HEAD'])).trim();
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}
