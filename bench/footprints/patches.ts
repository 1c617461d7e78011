import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gitAt } from '../../src/git/git.ts';
import type { PastTask } from './past-tasks.ts';

/** Says whether the patches of two commits commute. The repository is only read: new objects go to a folder of ours. */
export type Patches = AsyncDisposable & {
  /** Null when it is unknown: what stands between the two hides it, or objects are missing. */
  readonly collide: (earlier: PastTask, later: PastTask) => Promise<boolean | null>;
};

/** Opens a place for trying patches of one repository. */
export async function openPatches(repository: string, env: NodeJS.ProcessEnv): Promise<Patches> {
  const folder = await mkdtemp(join(tmpdir(), 'flotilla-bench-'));
  const git = gitAt(repository, env);
  const objects = (
    await git.run(['rev-parse', '--path-format=absolute', '--git-path', 'objects'])
  ).trim();
  const trial = {
    GIT_INDEX_FILE: join(folder, 'index'),
    GIT_OBJECT_DIRECTORY: join(folder, 'objects'),
    GIT_ALTERNATE_OBJECT_DIRECTORIES: objects,
  };
  await mkdir(trial.GIT_OBJECT_DIRECTORY);
  const bare = git.at(repository);
  const patchOf = async ({ commit, parent }: PastTask): Promise<string | null> => {
    const { code, stdout } = await bare.probe([
      'diff',
      '--binary',
      '--no-renames',
      '--full-index',
      parent,
      commit,
    ]);
    // Text that is no UTF-8 does not survive the way through a string.
    return code === 0 && !stdout.includes('\uFFFD') ? stdout : null;
  };
  const apply = async (patch: string, ...flags: string[]): Promise<boolean> =>
    (
      await bare.probe(['apply', '--cached', '--whitespace=nowarn', ...flags], {
        input: patch,
        env: trial,
      })
    ).code === 0;
  return {
    collide: async (earlier, later) => {
      const [first, second] = [await patchOf(earlier), await patchOf(later)];
      if (first === null || second === null) return null;
      const read = await bare.probe(['read-tree', later.parent], { env: trial });
      if (read.code !== 0 || !(await apply(first, '--reverse'))) return null;
      return !(await apply(second));
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
