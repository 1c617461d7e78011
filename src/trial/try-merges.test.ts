import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeMergeWorld, numbered, type Files } from '../../test/rig/merge-world.ts';
import { openMergeRepository } from '../git/merge-repository.ts';
import { tryMerges, type MergeTrial } from './try-merges.ts';

const start = {
  'a.txt': numbered(30),
  'picture.bin': Buffer.from([0, 1, 2]),
  'old/one.txt': numbered(20),
};

/** Has two tasks change files, each in a commit on the same base, and tries to merge them. */
async function mergeTwo(one: Files, other: Files, attributes: string[] = []): Promise<MergeTrial> {
  await using world = await makeMergeWorld(start);
  const [ours, theirs] = [await world.branch(1, one), await world.branch(2, other)];
  await using repository = await openMergeRepository({
    directory: join(world.root, 'try.git'),
    from: world.clone.git,
    attributes,
  });
  const before = world.git(world.clone.directory, 'count-objects', '-v');
  const [trial] = await tryMerges(repository.git, [{ ours, theirs }]);
  expect(world.git(world.clone.directory, 'count-objects', '-v')).toBe(before);
  return trial as MergeTrial;
}

function filesOf(trial: MergeTrial): { path: string; kind: string }[] {
  return trial.kind === 'conflicted' ? trial.files.map(({ path, kind }) => ({ path, kind })) : [];
}

test('a text conflict names its file and the lines of both sides', async () => {
  const trial = await mergeTwo(
    { 'a.txt': numbered(30, { 3: 'our three', 20: 'our twenty' }) },
    { 'a.txt': numbered(30, { 3: 'their three', 10: 'their ten', 20: 'their twenty' }) },
  );
  expect(trial).toMatchObject({
    kind: 'conflicted',
    files: [
      {
        path: 'a.txt',
        kind: 'content',
        hunks: [
          { line: 3, ours: 'our three', theirs: 'their three' },
          { line: 20, ours: 'our twenty', theirs: 'their twenty' },
        ],
      },
    ],
  });
});

test('lines that look like markers are taken for what they are', async () => {
  const marks = '<<<<<<< HEAD\nx\n=======\ny\n>>>>>>> there';
  const trial = await mergeTwo(
    { 'a.txt': numbered(30, { 3: 'ours', 20: marks }) },
    { 'a.txt': numbered(30, { 3: 'theirs' }) },
  );
  const hunks = trial.kind === 'conflicted' ? trial.files.flatMap((file) => file.hunks) : [];
  expect(hunks).toEqual([{ line: 3, ours: 'ours', theirs: 'theirs' }]);
});

test('changes in different places merge', async () => {
  const trial = await mergeTwo(
    { 'a.txt': numbered(30, { 3: 'ours' }) },
    { 'a.txt': numbered(30, { 20: 'theirs' }), 'b.txt': 'new\n' },
  );
  expect(trial.kind).toBe('clean');
});

test.for<[string, Files, Files, { path: string; kind: string }[]]>([
  [
    'add/add',
    { 'new.txt': 'one\n' },
    { 'new.txt': 'two\n' },
    [{ path: 'new.txt', kind: 'add-add' }],
  ],
  [
    'modify/delete',
    { 'a.txt': numbered(30, { 3: 'ours' }) },
    { 'a.txt': null },
    [{ path: 'a.txt', kind: 'modify-delete' }],
  ],
  [
    'binary',
    { 'picture.bin': Buffer.from([0, 1, 3]) },
    { 'picture.bin': Buffer.from([0, 1, 4]) },
    [{ path: 'picture.bin', kind: 'binary' }],
  ],
  [
    'a rename to two names',
    { 'a.txt': null, 'b.txt': numbered(30) },
    { 'a.txt': null, 'c.txt': numbered(30) },
    [
      { path: 'a.txt', kind: 'rename' },
      { path: 'b.txt', kind: 'rename' },
      { path: 'c.txt', kind: 'rename' },
    ],
  ],
  [
    'a directory that moved away under a new file',
    { 'old/one.txt': null, 'new/one.txt': numbered(20) },
    { 'old/two.txt': 'x\n' },
    [{ path: 'new/two.txt', kind: 'directory-rename' }],
  ],
  [
    'a file where the other has a directory',
    { thing: 'x\n' },
    { 'thing/inner': 'y\n' },
    [{ path: expect.stringMatching(/^thing/u) as string, kind: 'file-directory' }],
  ],
])('%s is reported by its kind', async ([, one, other, expected]) => {
  const told = filesOf(await mergeTwo(one, other));
  expect(told.toSorted((a, b) => a.path.localeCompare(b.path))).toEqual(expected);
});

test('a file that one renames and the other changes merges', async () => {
  const trial = await mergeTwo(
    { 'a.txt': null, 'b.txt': numbered(30) },
    { 'a.txt': numbered(30, { 3: 'theirs' }) },
  );
  expect(trial.kind).toBe('clean');
});

test('a path with a line break and quotes is reported as it is', async () => {
  const path = 'odd "name"\nhere.txt';
  const told = filesOf(await mergeTwo({ [path]: 'one\n' }, { [path]: 'two\n' }));
  expect(told).toEqual([{ path, kind: 'add-add' }]);
});

test('files that merge by a rule keep the lines of both', async () => {
  const trial = await mergeTwo(
    { 'a.txt': `ours\n${numbered(30)}` },
    { 'a.txt': `theirs\n${numbered(30)}` },
    ['a.txt merge=union'],
  );
  expect(trial.kind).toBe('clean');
});

test('submodules that moved apart are reported', async () => {
  await using world = await makeMergeWorld({ 'a.txt': 'a\n' });
  const pin = async (task: number, commit: string): Promise<string> => {
    const path = await world.workspace(task);
    world.git(path, 'update-index', '--add', '--cacheinfo', `160000,${commit},lib`);
    world.git(path, 'commit', '--quiet', '--message', 'Pin');
    return (await world.workspaces.collect(path, { want: 'HEAD', have: [world.base] })) ?? '';
  };
  const [ours, theirs] = [await pin(1, 'a'.repeat(40)), await pin(2, 'b'.repeat(40))];
  await using repository = await openMergeRepository({
    directory: join(world.root, 'try.git'),
    from: world.clone.git,
  });
  const [trial] = await tryMerges(repository.git, [{ ours, theirs }]);
  expect(filesOf(trial as MergeTrial)).toEqual([{ path: 'lib', kind: 'submodule' }]);
});

test('a merge that git refuses spoils no other of its batch', async () => {
  await using world = await makeMergeWorld(start);
  const [one, two] = [
    await world.branch(1, { 'b.txt': 'b\n' }),
    await world.branch(2, { 'a.txt': 'other\n' }),
  ];
  const tree = world.git(world.clone.directory, 'rev-parse', `${one}^{tree}`);
  const orphan = world.git(world.clone.directory, 'commit-tree', tree, '-m', 'Orphan');
  await using repository = await openMergeRepository({
    directory: join(world.root, 'try.git'),
    from: world.clone.git,
  });
  const trials = await tryMerges(repository.git, [
    { ours: one, theirs: two },
    { ours: one, theirs: orphan },
    { ours: two, theirs: one },
  ]);
  expect(trials.map(({ kind }) => kind)).toEqual(['clean', 'refused', 'clean']);
});
