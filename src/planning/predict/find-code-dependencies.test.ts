import { expect, test } from 'vitest';
import type { RepositoryIndex } from '../../model/plan/repository-index.ts';
import { codeDependencies } from './find-code-dependencies.ts';

function indexOf(imports: Readonly<Record<string, readonly string[]>>): RepositoryIndex {
  const paths = Object.keys(imports);
  return {
    commit: 'c',
    files: paths.map((path) => ({
      path,
      defines: [],
      words: '',
      imports: (imports[path] ?? []).map((name) => paths.indexOf(name)),
    })),
    changes: Array.from({ length: 100 }, (_, at) => ({
      commit: `c${at}`,
      isRoot: false,
      message: 'm',
      at,
      files: at < 30 ? [0] : [],
      size: 1,
      added: 0,
    })),
    notes: [],
  };
}

const everything = (): boolean => true;

test('shared modules come with their importers and all that would feel a change', () => {
  const found = codeDependencies(
    indexOf({ top: ['a'], a: ['base'], b: ['base'], c: ['base'], base: [] }),
    everything,
  );
  expect(found.shared).toEqual([{ path: 'base', importers: 3, reach: 4 }]);
});

test('rings are found whole, and files outside of them are in none', () => {
  const { cycles } = codeDependencies(
    indexOf({ x: ['a'], a: ['b'], b: ['c'], c: ['a', 'd'], d: [], e: ['f'], f: ['e'] }),
    everything,
  );
  expect(cycles.map((cycle) => cycle.toSorted())).toEqual([
    ['e', 'f'],
    ['a', 'b', 'c'],
  ]);
});

test('a chain of 50,000 files is no harm', () => {
  const names = Array.from({ length: 50_000 }, (_, at) => `f${at}`);
  const files = names.map((path, at) => ({
    path,
    defines: [],
    words: '',
    imports: [(at + 1) % names.length],
  }));
  const { cycles } = codeDependencies({ commit: 'c', files, changes: [], notes: [] }, everything);
  expect(cycles).toHaveLength(1);
  expect(cycles[0]).toHaveLength(50_000);
});

test('hubs are known by name and by how often they change', () => {
  const { hubs } = codeDependencies(
    indexOf({ 'src/hot.ts': [], 'yarn.lock': [], 'src/cold.ts': [] }),
    everything,
  );
  expect(hubs).toEqual([
    { path: 'src/hot.ts', why: 'in 30 of 100 past changes' },
    { path: 'yarn.lock', why: 'a lock file' },
  ]);
});

test('only what lies inside counts', () => {
  const found = codeDependencies(
    indexOf({ 'in/a': ['in/b', 'out/c'], 'in/b': [], 'out/c': ['in/a'] }),
    (path) => path.startsWith('in/'),
  );
  expect(found).toMatchObject({ files: 2, imports: 1 });
});
