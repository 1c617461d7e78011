import { expect, test } from 'vitest';
import { gitAt } from '../../src/git/git.ts';
import { chooseWaves, readNumbers, secondsFor, startsIn } from './choose-waves.ts';
import { makeHistory } from './small-history.ts';

test('a wave is made of commits that followed one another, without releases, bots and lock files', async () => {
  using history = makeHistory([
    { message: 'Add one', files: { 'one.txt': '1\n' } },
    { message: 'v1.0.0', files: { 'version.txt': '1\n' } },
    { message: 'Lock', files: { 'package-lock.json': '{}\n' } },
    { message: 'Add two', files: { 'two.txt': '2\n' } },
    { message: 'Bump x from 1 to 2', files: { 'x.txt': '2\n' } },
    { message: 'Add three', files: { 'three.txt': '3\n' } },
  ]);
  const git = gitAt(history.path, process.env);
  const waves = await chooseWaves(git, { count: 1, size: 3, commits: 100, seed: 1 });
  expect(waves.map(({ tasks }) => tasks.map(({ message }) => message))).toEqual([
    ['Add one', 'Add two', 'Add three'],
  ]);
  expect(waves[0]?.base).toBe(history.git('rev-parse', 'HEAD~6'));
});

test('a wave with a commit that is binary only, or with much else in between, is not taken', async () => {
  using history = makeHistory([
    { message: 'Add one', files: { 'one.txt': '1\n' } },
    { message: 'Draw', files: { 'logo.png': '\0\u0001' } },
  ]);
  const git = gitAt(history.path, process.env);
  expect(await chooseWaves(git, { count: 1, size: 2, commits: 100, seed: 1 })).toEqual([]);
});

test('no two parts of a history share a commit, and each begins where the seed says', () => {
  const parts = [0, 1, 2].map((part) => startsIn({ tasks: 30, size: 6, count: 3, part, seed: 4 }));
  expect(parts.map((starts) => starts.toSorted((one, other) => one - other))).toEqual([
    [0, 1, 2, 3, 4],
    [10, 11, 12, 13, 14],
    [20, 21, 22, 23, 24],
  ]);
  const again = startsIn({ tasks: 30, size: 6, count: 3, part: 1, seed: 4 });
  expect(again).toEqual(parts[1]);
});

test('what git counts of binary files is no size', () => {
  expect(readNumbers('3\t1\ta.ts\n-\t-\tlogo.png\n')).toEqual({ lines: 4, textFiles: 1 });
});

test('larger commits take longer, from four seconds to sixteen', () => {
  const seconds = [0, 10, 100, 5_000].map((lines) => secondsFor({ lines }, 0.5));
  expect(seconds).toEqual([4, 8.2, 12, 16]);
});
