import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gitAt } from '../../src/git/git.ts';
import { openPatches } from '../footprints/patches.ts';
import { notesOf, workFromBase } from './base-branches.ts';
import { chooseWaves } from './choose-waves.ts';
import { prepareWave } from './prepare-wave.ts';
import { makeReplayUser } from './replay-user.ts';
import { makeHistory } from './small-history.ts';
import { findTruePairs } from './true-pairs.ts';

test('tasks are apart when one changes what another one made, and when both change the same lines', async () => {
  using history = makeHistory([
    { message: 'List fruit', files: { 'fruit.txt': 'apple\n', 'index.txt': 'fruit\n' } },
    { message: 'List trees', files: { 'trees.txt': 'oak\n' } },
    { message: 'Add a pear', files: { 'fruit.txt': 'apple\npear\n' } },
    { message: 'Name the trees', files: { 'index.txt': 'fruit\ntrees\n' } },
  ]);
  const choice = { count: 1, size: 4, commits: 100, seed: 1 };
  const [wave] = await chooseWaves(gitAt(history.path, process.env), choice);
  if (wave === undefined) throw new Error('No wave was chosen');
  const folder = join(history.path, '.git', 'wave');
  const given = { source: history.path, folder, wave, seed: 1, failures: 'none' } as const;
  const prepared = prepareWave(given);
  const root = join(folder, 'user');
  const user = makeReplayUser({ root, wave: prepared, other: { seconds: 0 } });
  await workFromBase(user, 4, 2);
  const notes = notesOf(user).toSorted((one, other) => one.task - other.task);
  const outcomes = notes.map(({ outcome }) => outcome);
  expect(outcomes).toEqual(['applied', 'applied', 'files left', 'files left']);
  const applying = new Set([1, 2]);
  await using patches = await openPatches(history.path, process.env);
  const pairs = await findTruePairs({ tasks: wave.tasks, patches, git: user.git, applying });
  expect(pairs).toEqual([
    [1, 3],
    [1, 4],
  ]);
  // The repository of the user knows nothing of what came later.
  expect(user.git('log', '--format=%s', 'main')).toBe('Begin');
  expect(() => user.git('cat-file', '-e', wave.tasks[3]?.commit ?? '')).toThrow('Command failed');
  rmSync(folder, { recursive: true });
});
