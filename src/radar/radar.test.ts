import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeMergeWorld, numbered, type MergeWorld } from '../../test/rig/merge-world.ts';
import type { SeenConflict } from '../model/merge/conflict.ts';
import { openRadar, type Radar, type RadarRound } from './radar.ts';
import type { WatchedSide } from './radar-looks.ts';

let world: MergeWorld;
let radar: Radar;
let watched: Extract<WatchedSide, { path: string }>[];

beforeEach(async () => {
  world = await makeMergeWorld({
    'a.txt': numbered(30),
    'b.txt': numbered(30),
    'sub/c.txt': 'c\n',
    '.gitignore': 'ignored.txt\n',
  });
  radar = openRadar({
    clone: world.clone,
    confinement: world.workspaces.confinement,
    directory: join(world.root, 'radar.git'),
  });
  watched = [];
  for (const task of [1, 2, 3])
    watched.push({ task, path: await world.workspace(task), ground: world.base });
});

afterEach(async () => {
  await radar[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

function pathOf(task: number): string {
  return watched.find((one) => one.task === task)?.path ?? '';
}

function sweep(base = world.base): Promise<RadarRound> {
  return radar.sweep({ base, sides: watched, excluded: ['build/', 'node_modules/'] });
}

function brief(conflicts: readonly SeenConflict[]): string[] {
  return conflicts.map(
    ({ task, with: other, files }) =>
      `${task} ${other}: ${files.map(({ path, kind }) => `${path} ${kind}`).join(', ')}`,
  );
}

test('uncommitted and untracked work is seen, with files and lines', async () => {
  world.write(pathOf(1), { 'a.txt': numbered(30, { 3: 'one' }), 'new.txt': 'one\n' });
  world.write(pathOf(2), { 'a.txt': numbered(30, { 3: 'two' }) });
  world.write(pathOf(3), { 'new.txt': 'three\n' });
  const round = await sweep();
  expect(brief(round.arisen)).toEqual(['1 2: a.txt content', '1 3: new.txt add-add']);
  expect(round.conflicts[0]?.files[0]?.hunks).toEqual([{ line: 3, ours: 'one', theirs: 'two' }]);
  expect(round.moved).toEqual([1, 2, 3]);
});

test('a workspace that is looked at is left as it was, with its index and the clone', async () => {
  const path = pathOf(1);
  world.write(path, { 'a.txt': 'changed\n', 'new.txt': 'new\n', 'sub/c.txt': null });
  world.git(path, 'add', 'new.txt');
  const index = world.git(path, 'rev-parse', '--path-format=absolute', '--git-path', 'index');
  const seen = (): unknown => [
    readFileSync(index),
    statSync(index).mtimeMs,
    execFileSync('git', ['-C', path, '--no-optional-locks', 'status', '--porcelain'], {
      encoding: 'utf8',
    }),
    world.git(world.clone.directory, 'for-each-ref'),
    world.git(world.clone.directory, 'count-objects', '-v'),
  ];
  const before = seen();
  await sweep();
  expect(seen()).toEqual(before);
});

test('only what moved is tried again, and nothing is reported as new twice', async () => {
  world.write(pathOf(1), { 'a.txt': numbered(30, { 3: 'one' }) });
  world.write(pathOf(2), { 'a.txt': numbered(30, { 3: 'two' }) });
  await sweep();
  const quiet = await sweep();
  expect(quiet).toMatchObject({ moved: [], arisen: [], settled: [], tried: 0 });
  expect(brief(quiet.conflicts)).toEqual(['1 2: a.txt content']);
  world.write(pathOf(3), { 'b.txt': numbered(30, { 3: 'three' }) });
  expect(await sweep()).toMatchObject({ moved: [3], arisen: [], tried: 0 });
  world.write(pathOf(2), { 'b.txt': numbered(30, { 3: 'two' }) });
  const grown = await sweep();
  expect(brief(grown.arisen)).toEqual(['2 3: b.txt content']);
  expect(grown.tried).toBe(2);
});

test('a conflict that a task takes back is settled', async () => {
  world.write(pathOf(1), { 'a.txt': numbered(30, { 3: 'one' }) });
  world.write(pathOf(2), { 'a.txt': numbered(30, { 3: 'two' }) });
  await sweep();
  world.write(pathOf(2), { 'a.txt': numbered(30, { 20: 'two' }) });
  const round = await sweep();
  expect(brief(round.settled)).toEqual(['1 2: a.txt content']);
  expect(round.conflicts).toEqual([]);
});

test('committing what was seen moves nothing', async () => {
  world.write(pathOf(1), { 'a.txt': numbered(30, { 3: 'one' }) });
  world.write(pathOf(2), { 'a.txt': numbered(30, { 3: 'two' }) });
  await sweep();
  world.git(pathOf(1), 'commit', '--quiet', '--all', '--message', 'Commit');
  const round = await sweep();
  expect(round.moved).toEqual([]);
  expect(round.arisen).toEqual([]);
});

test('a base that moves is tried against each', async () => {
  world.write(pathOf(1), { 'a.txt': numbered(30, { 3: 'one' }) });
  await sweep();
  const base = await world.moveBase({ 'a.txt': numbered(30, { 3: 'base' }) });
  const round = await sweep(base);
  expect(brief(round.arisen)).toEqual(['1 base: a.txt content']);
  expect(round.moved).toEqual([]);
});

test('what setup leaves behind, what git ignores and repositories inside are nobody’s work', async () => {
  for (const task of [1, 2]) {
    world.write(pathOf(task), {
      'ignored.txt': `${task}\n`,
      'build/out.txt': `${task}\n`,
      'sub/node_modules/x.js': `${task}\n`,
      'inner/file.txt': `${task}\n`,
    });
    const inner = join(pathOf(task), 'inner');
    world.git(inner, 'init', '--quiet');
    world.git(inner, 'add', '--all');
    world.git(inner, 'commit', '--quiet', '--message', 'Inner');
  }
  const round = await sweep();
  expect(round).toMatchObject({ moved: [1, 2, 3], conflicts: [] });
  expect((await sweep()).moved).toEqual([]);
});

test('no program that a repository inside names is run', async () => {
  const path = pathOf(1);
  const trace = join(world.root, 'ran');
  const inner = join(path, 'inner');
  world.write(path, { 'inner/file.txt': 'x\n', 'inner/.gitattributes': '* filter=evil\n' });
  world.git(inner, 'init', '--quiet');
  world.git(inner, 'add', '--all');
  world.git(inner, 'commit', '--quiet', '--message', 'Inner');
  world.git(inner, 'config', 'filter.evil.clean', `touch ${trace}; cat`);
  world.git(inner, 'config', 'core.fsmonitor', `touch ${trace}; false`);
  world.git(path, 'config', 'filter.evil.clean', `touch ${trace}; cat`);
  world.write(path, { '.gitattributes': '* filter=evil\n' });
  await sweep();
  world.write(path, { 'inner/file.txt': 'y\n', 'a.txt': 'changed\n' });
  await sweep();
  expect(existsSync(trace)).toBe(false);
  world.git(inner, 'status');
  expect(existsSync(trace)).toBe(true);
});

test('a rename of a directory is held against a file that another puts into it', async () => {
  world.git(pathOf(1), 'mv', 'sub', 'moved');
  world.write(pathOf(2), { 'sub/d.txt': 'd\n' });
  expect(brief((await sweep()).arisen)).toEqual(['1 2: moved/d.txt directory-rename']);
});

test('a workspace that is gone is reported as unread, and the others are still watched', async () => {
  world.write(pathOf(1), { 'a.txt': numbered(30, { 3: 'one' }) });
  world.write(pathOf(2), { 'a.txt': numbered(30, { 3: 'two' }) });
  await world.workspaces.remove({
    path: pathOf(3),
    safe: { commit: world.base, ref: 'main' },
    salvageAs: 'test',
    artefacts: new Set(),
  });
  const round = await sweep();
  expect(round.unread).toEqual([3]);
  expect(brief(round.arisen)).toEqual(['1 2: a.txt content']);
});

test('a stacked branch does not conflict with the one below', async () => {
  const commit = await world.branch(5, { 'a.txt': numbered(30, { 3: 'five' }) });
  const path = await world.workspace(4, commit);
  world.write(path, { 'a.txt': numbered(30, { 3: 'five and more' }) });
  const sides = [
    { task: 5, commit },
    { task: 4, path, ground: commit },
  ];
  const round = await radar.sweep({ base: world.base, sides });
  expect(round.conflicts).toEqual([]);
  expect(round.tried).toBe(1);
});

test('finished work is held against work that goes on', async () => {
  const commit = await world.branch(4, { 'a.txt': numbered(30, { 3: 'four' }) });
  world.write(pathOf(1), { 'a.txt': numbered(30, { 3: 'one' }) });
  const sides = [...watched, { task: 4, commit }];
  const round = await radar.sweep({ base: world.base, sides });
  expect(brief(round.arisen)).toEqual(['1 4: a.txt content']);
  expect((await radar.sweep({ base: world.base, sides })).moved).toEqual([]);
});

test('what is learnt to be nobody’s work is taken out again', async () => {
  for (const task of [1, 2]) world.write(pathOf(task), { 'out.txt': `${task}\n` });
  expect((await sweep()).conflicts).toHaveLength(1);
  const round = await radar.sweep({ base: world.base, sides: watched, excluded: ['/out.txt'] });
  expect(round.conflicts).toEqual([]);
  expect(brief(round.settled)).toEqual(['1 2: out.txt add-add']);
});

test('lock files alone are no conflict: they are made again when it comes to merging', async () => {
  for (const task of [1, 2]) world.write(pathOf(task), { 'package-lock.json': `{"n":${task}}\n` });
  expect(await sweep()).toMatchObject({ conflicts: [], tried: 1 });
  for (const task of [1, 2]) world.write(pathOf(task), { 'a.txt': `${task}\n` });
  expect(brief((await sweep()).arisen)).toEqual(['1 2: a.txt content, package-lock.json add-add']);
});
