import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scratchRepository } from '../../test/rig/scratch-repository.ts';
import { gitAt } from '../git/git.ts';
import { openFactsCache, type FactsCache } from './facts-cache.ts';
import { readChangeSizes } from './read-change-sizes.ts';

const lines = (count: number): string =>
  Array.from({ length: count }, (_, at) => `line ${at}\n`).join('');

function remembering(): FactsCache & { readonly kept: Map<string, unknown> } {
  const kept = new Map<string, unknown>();
  const put = (entries: ReadonlyMap<string, unknown>): void => {
    for (const [key, value] of entries) kept.set(key, value);
  };
  return { kept, put, get: (key) => kept.get(key), [Symbol.dispose]: () => undefined };
}

test('files and lines of a commit are counted, lock files by their file alone', async () => {
  await using repository = await scratchRepository();
  await repository.commit('Begin', { 'old.txt': lines(10) });
  const grown = await repository.commit('Grow', {
    'new\n1\t2\tname.txt': lines(5),
    'package-lock.json': lines(900),
  });
  const moved = await repository.commit('Move', { 'old.txt': null, 'moved.txt': lines(11) });
  using cache = openFactsCache(null);
  const sizes = await readChangeSizes(repository.git, [grown, moved, grown], cache);
  expect(sizes).toEqual(
    new Map([
      [grown, { files: 2, lines: 5 }],
      [moved, { files: 1, lines: 1 }],
    ]),
  );
});

test('what was counted once is not asked of git again', async () => {
  await using repository = await scratchRepository();
  await repository.commit('Begin', { 'a.txt': lines(1) });
  const grown = await repository.commit('Grow', { 'a.txt': lines(3) });
  const cache = remembering();
  await readChangeSizes(repository.git, [grown], cache);
  cache.kept.set(`size ${grown}`, { files: 7, lines: 7 });
  const sizes = await readChangeSizes(repository.git, [grown], cache);
  expect(sizes.get(grown)).toEqual({ files: 7, lines: 7 });
});

test('a commit that git does not have leaves the sizes unknown', async () => {
  await using repository = await scratchRepository();
  const begun = await repository.commit('Begin', { 'a.txt': lines(1) });
  using cache = openFactsCache(null);
  expect(await readChangeSizes(repository.git, [begun, '0'.repeat(40)], cache)).toEqual(new Map());
});

test('a partial clone is not made to fetch what it has left out', async () => {
  await using origin = await scratchRepository();
  await origin.commit('Begin', { 'a.txt': lines(3) });
  const grown = await origin.commit('Grow', { 'a.txt': lines(9) });
  await origin.commit('Grow on', { 'a.txt': lines(20) });
  await origin.git.run(['config', 'uploadpack.allowFilter', 'true']);
  await using folder = await mkdtempDisposable(join(tmpdir(), 'partial-'));
  const place = join(folder.path, 'clone');
  const filtered = ['clone', '--quiet', '--bare', '--no-local', '--filter=blob:none'];
  await origin.git.run([...filtered, `file://${origin.directory}`, place]);
  using cache = openFactsCache(null);
  expect(await readChangeSizes(gitAt(place, process.env), [grown], cache)).toEqual(new Map());
});
