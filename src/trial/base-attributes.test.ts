import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { makeTrainWorld, type TrainWorld } from '../../test/rig/train-world.ts';
import { openMergeRepository } from '../git/merge-repository.ts';
import { mergeAttributes } from './base-attributes.ts';

let world: TrainWorld;

afterEach(() => world[Symbol.asyncDispose]());

/** What git says of a path in a directory: its way of merging. */
function wayOf(directory: string, paths: readonly string[]): Record<string, string> {
  const said = execFileSync('git', ['check-attr', '-z', 'merge', '--', ...paths], {
    cwd: directory,
    encoding: 'utf8',
  }).split('\0');
  const ways: Record<string, string> = {};
  for (let at = 0; at + 2 < said.length; at += 3) ways[said[at] ?? ''] = said[at + 2] ?? '';
  return ways;
}

const attributes = {
  '.gitattributes': [
    '[attr]ledger merge=union -text',
    '# a comment',
    '*.log ledger',
    'docs/*.md merge=union',
    '/top.txt -merge',
    '*.png binary',
    '"with space.txt" merge=union',
    '*.custom merge=ours-driver',
    'deep/** merge=union',
    'CHANGELOG.md merge=binary',
    '*.js text=auto eol=lf diff=javascript',
    '*.bad filter=lfs',
    '',
  ].join('\r\n'),
  'pkg/.gitattributes':
    '*.log -ledger merge=text\nnotes/list.txt merge=union\n/own.txt merge=union\n',
  'pkg/deep/er/.gitattributes': '*.log merge=union\n!*.txt merge=union\n',
  'a[b]/.gitattributes': '*.txt merge=union\n',
};

test('files merge in a bare repository as the attributes of the base say, where git has them in a work tree', async () => {
  world = await makeTrainWorld({ ...attributes, 'src/index.ts': "export * from './a.ts';\n" });
  const paths = [
    ...['a.log', 'docs/a.md', 'docs/more/a.md', 'top.txt', 'sub/top.txt', 'x.png', 'sub/x.png'],
    ...['with space.txt', 'deep/er/x', 'CHANGELOG.md', 'sub/CHANGELOG.md', 'a.js', 'x.bad'],
    ...['pkg/a.log', 'pkg/sub/a.log', 'pkg/notes/list.txt', 'pkg/x/notes/list.txt', 'pkg/own.txt'],
    ...['pkg/sub/own.txt', 'pkg/deep/er/a.log', 'pkg/deep/er/a.txt', 'a[b]/x.txt', 'ab/x.txt'],
  ];
  const tree = join(world.root, 'tree');
  for (const [path, text] of Object.entries(attributes)) {
    await mkdir(dirname(join(tree, path)), { recursive: true });
    await writeFile(join(tree, path), text);
  }
  execFileSync('git', ['init', '-q', tree]);
  await using bare = await openMergeRepository({
    directory: join(world.root, 'bare.git'),
    from: world.clone.git,
    attributes: await mergeAttributes(world.clone.git, world.base),
  });
  expect(wayOf(bare.directory, paths)).toEqual(wayOf(tree, paths));
  // A way that is a program of somebody's configuration is left to git's own; our rules hold where the base is silent.
  expect(wayOf(bare.directory, ['a.custom', 'src/index.ts'])).toEqual({
    'a.custom': 'text',
    'src/index.ts': 'union',
  });
});

test('two ledgers of the base merge by its own rule, and no agent is asked', async () => {
  world = await makeTrainWorld({
    '.gitattributes': 'ledger.txt merge=union\n',
    'books/.gitattributes': '*.csv merge=union\n',
    'ledger.txt': 'begin\n',
    'books/2026.csv': 'date,what\n',
  });
  const add = (name: string): Record<string, string> => ({
    'ledger.txt': `begin\n${name}\n`,
    'books/2026.csv': `date,what\n${name},1\n`,
  });
  world.plan([await world.publish(1, add('one')), await world.publish(2, add('two'))]);
  await world.run();
  expect(world.ends()).toEqual(['1 merged', '2 merged']);
  const show = (path: string): string[] =>
    world.git(world.forge.repository, 'show', `main:${path}`).split('\n').toSorted();
  expect(show('ledger.txt')).toEqual(['begin', 'one', 'two']);
  expect(show('books/2026.csv')).toEqual(['date,what', 'one,1', 'two,1']);
});
