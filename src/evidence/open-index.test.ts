import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { scratchRepository, type ScratchRepository } from '../../test/rig/scratch-repository.ts';
import type { RepositoryIndex } from '../model/plan/repository-index.ts';
import { openIndex } from './open-index.ts';

let repository: ScratchRepository;
let cacheDirectory: string;

beforeEach(async () => {
  repository = await scratchRepository();
  cacheDirectory = await mkdtemp(join(tmpdir(), 'facts-'));
});

afterEach(async () => {
  await repository[Symbol.asyncDispose]();
  await rm(cacheDirectory, { recursive: true, force: true });
});

const open = (commit = 'HEAD', more: object = {}): Promise<RepositoryIndex> =>
  openIndex({ git: repository.git, commit, cacheDirectory, ...more });

function fileOf(index: RepositoryIndex, path: string) {
  const file = index.files.find((entry) => entry.path === path);
  if (file === undefined) throw new Error(`${path} is not in the index`);
  const imports = file.imports.map((place) => index.files[place]?.path);
  return { ...file, imports };
}

describe('names and imports', () => {
  test.each([
    [
      'TypeScript',
      {
        'src/a.ts': "import { b } from './b.js';\nexport function first() {}\nclass Hidden {}",
        'src/b.ts': 'export const b = 1;',
      },
      'src/a.ts',
      ['first', 'Hidden'],
      ['src/b.ts'],
    ],
    [
      'CommonJS',
      { 'a.js': "const b = require('./lib');\nexports.first = () => b;", 'lib/index.js': '' },
      'a.js',
      ['first'],
      ['lib/index.js'],
    ],
    [
      'a package of the same repository',
      {
        'packages/x/package.json': '{"name":"@me/x"}',
        'packages/x/src/index.ts': 'export const x = 1',
        'app.ts': "import '@me/x'",
      },
      'app.ts',
      [],
      ['packages/x/src/index.ts'],
    ],
    [
      'Python',
      {
        'app/a.py': 'from .b import thing\nclass First:\n  def run(self): pass',
        'app/b.py': 'thing = 1',
      },
      'app/a.py',
      ['First', 'run'],
      ['app/b.py'],
    ],
    [
      'Go',
      {
        'cmd/main.go': 'package main\nimport "example.com/x/pkg/tools"\nfunc First() {}',
        'pkg/tools/t.go': 'package tools',
      },
      'cmd/main.go',
      ['First'],
      ['pkg/tools/t.go'],
    ],
    [
      'Rust',
      { 'src/lib.rs': 'mod parser;\npub fn first() {}', 'src/parser.rs': 'pub struct P;' },
      'src/lib.rs',
      ['first'],
      ['src/parser.rs'],
    ],
    [
      'Java',
      {
        'src/p/A.java': 'package p; import q.B; class A { void first() {} }',
        'src/q/B.java': 'package q; class B {}',
      },
      'src/p/A.java',
      ['A', 'first'],
      ['src/q/B.java'],
    ],
    ['C#', { 'A.cs': 'class A { void First() {} }' }, 'A.cs', ['A', 'First'], []],
    [
      'C',
      { 'a.c': '#include "b.h"\nint first(void) { return 1; }', 'b.h': 'struct s { int x; };' },
      'a.c',
      ['first'],
      ['b.h'],
    ],
    [
      'Ruby',
      { 'lib/a.rb': "require_relative './b'\nclass A\n  def first; end\nend", 'lib/b.rb': '' },
      'lib/a.rb',
      ['A', 'first'],
      ['lib/b.rb'],
    ],
    [
      'PHP',
      {
        'src/A.php': '<?php\nuse My\\Tools\\B;\nclass A { function first() {} }',
        'src/Tools/B.php': '<?php class B {}',
      },
      'src/A.php',
      ['A', 'first'],
      ['src/Tools/B.php'],
    ],
  ] as const)('of %s', async (_language, files, path, defines, imports) => {
    await repository.commit('start', files);
    const file = fileOf(await open(), path);
    for (const name of defines) expect(file.defines).toContain(name);
    expect(file.imports).toEqual(imports);
  });
});

describe('history', () => {
  test('a renamed file keeps its past under its new name', async () => {
    await repository.commit('Add the cart', { 'cart.ts': 'export const cart = 1;\n'.repeat(20) });
    await repository.commit('Move the cart', {
      'cart.ts': null,
      'src/basket.ts': 'export const cart = 1;\n'.repeat(20),
    });
    const { changes, files } = await open();
    expect(
      changes.map(({ message, files: touched }) => [message, touched.map((at) => files[at]?.path)]),
    ).toEqual([
      ['Move the cart', ['src/basket.ts']],
      ['Add the cart', ['src/basket.ts']],
    ]);
  });

  test('robots and releases are left out', async () => {
    await repository.commit('Bump x', { a: '1' }, 'dependabot[bot] <bot@example.invalid>');
    await repository.commit('v1.2.0', { a: '2' });
    await repository.commit('Fix a', { a: '3' });
    expect((await open()).changes.map(({ message }) => message)).toEqual(['Fix a']);
  });

  test('nothing newer than the commit is seen', async () => {
    const old = await repository.commit('Old', { 'old.ts': 'export const old = 1' });
    await repository.commit('New', { 'old.ts': 'export const fresh = 1', 'new.ts': '' });
    const { files, changes, commit } = await open(old);
    expect(commit).toBe(old);
    expect(files.map(({ path, defines }) => [path, defines])).toEqual([['old.ts', ['old']]]);
    expect(changes.map(({ message }) => message)).toEqual(['Old']);
  });

  test('a shallow clone says so', async () => {
    await repository.commit('One', { a: '1' });
    await repository.commit('Two', { a: '2' });
    const copy = await mkdtemp(join(tmpdir(), 'shallow-'));
    try {
      await repository.git.run([
        'clone',
        '--quiet',
        '--depth=1',
        `file://${repository.directory}`,
        copy,
      ]);
      const index = await openIndex({
        git: repository.git.at(copy),
        commit: 'HEAD',
        cacheDirectory,
      });
      expect(index.notes.join()).toContain('shallow');
    } finally {
      await rm(copy, { recursive: true, force: true });
    }
  });
});

describe('what is bad', () => {
  test('binary files, syntax errors, links in a ring, odd names and large files are no harm', async () => {
    await symlink('ring', join(repository.directory, 'ring'));
    await repository.commit('start', {
      'data.ts': Buffer.from([0, 1, 2, 255]),
      'broken.ts': 'export const fine = 1;\nfunction ( {{{',
      'broken.py': 'def first(:\n  ((',
      'large.ts': `export const large = "${'x'.repeat(1_200_000)}";`,
      'odd \n"näme".ts': 'export const odd = 1;',
      'fine.ts': 'export const well = 1;',
    });
    const index = await open();
    expect(index.files).toHaveLength(7);
    expect(fileOf(index, 'fine.ts').defines).toEqual(['well']);
    expect(fileOf(index, 'odd \n"näme".ts').defines).toEqual(['odd']);
    expect(fileOf(index, 'large.ts').words).toBe('');
    expect(index.notes).toEqual(['1 files over 1 MB were not read.']);
  });

  test('a submodule is not a file', async () => {
    const sha = await repository.commit('start', { 'a.ts': '' });
    await repository.git.run(['update-index', '--add', '--cacheinfo', `160000,${sha},vendor/lib`]);
    await repository.git.run(['commit', '--quiet', '-m', 'Add a submodule']);
    expect((await open()).files.map(({ path }) => path)).toEqual(['a.ts']);
  });

  test('an empty commit gives an empty index', async () => {
    await repository.commit('start', {});
    expect(await open()).toMatchObject({ files: [], changes: [] });
  });

  test('time that runs out leaves paths and history', async () => {
    await repository.commit('start', { 'a.ts': 'export const a = 1' });
    const index = await open('HEAD', { timeLimitMs: -1, cacheDirectory: null });
    expect(index.files).toEqual([{ path: 'a.ts', defines: [], imports: [], words: '' }]);
    expect(index.notes.join()).toContain('Time ran out');
  });
});

describe('the cache', () => {
  const files = { 'a.ts': "import './b.ts';\nexport const a = 1;", 'b.ts': 'export const b = 1;' };

  test('gives the same index again', async () => {
    await repository.commit('start', files);
    const first = await open();
    expect(await open()).toEqual(first);
  });

  test('that is damaged is created again', async () => {
    await repository.commit('start', files);
    const first = await open();
    for (const name of await readdir(cacheDirectory))
      await writeFile(
        join(cacheDirectory, name),
        'no database at all, but a text of some length'.repeat(300),
      );
    expect(await open()).toEqual(first);
    expect(await open()).toEqual(first);
  });

  test('that cannot be written is done without', async () => {
    await repository.commit('start', files);
    const first = await open();
    const unwritable = join(cacheDirectory, 'file');
    await writeFile(unwritable, '');
    expect(await open('HEAD', { cacheDirectory: join(unwritable, 'below') })).toEqual(first);
  });

  test('that was filled with imports alone does not pass for the whole', async () => {
    await repository.commit('start', files);
    const shallow = await open('HEAD', { depth: 'imports' });
    expect(fileOf(shallow, 'a.ts').imports).toEqual(['b.ts']);
    expect(fileOf(await open(), 'a.ts').words).toContain('export');
  });
});
