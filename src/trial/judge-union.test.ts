import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  makeMergeWorld,
  numbered,
  type Files,
  type MergeWorld,
} from '../../test/rig/merge-world.ts';
import type { CheckResult } from '../model/failure/failure.ts';
import type { FinishedBranch, UnionVerdict } from '../model/merge/union.ts';
import { openMergeRepository } from '../git/merge-repository.ts';
import { judgeUnion, type JudgeParams } from './judge-union.ts';
import { openScratchTree } from './scratch-tree.ts';

/** Every word that a file in `needs` names must stand in `words`. */
const wordsCheck =
  'for need in needs/*; do test -f "words/$(cat $need)" || { echo "$need: no such word"; exit 1; }; done';

let world: MergeWorld;
let runs: string;

beforeEach(async () => {
  world = await makeMergeWorld({
    'a.txt': numbered(30),
    'words/old': 'x\n',
    'words/other': 'x\n',
    'needs/first': 'old\n',
  });
  runs = join(world.root, 'runs');
});

afterEach(() => world[Symbol.asyncDispose]());

async function branches(
  all: readonly (Files | { files: Files; on: number })[],
): Promise<FinishedBranch[]> {
  const made: FinishedBranch[] = [];
  for (const [index, one] of all.entries()) {
    const stacked = 'on' in one && typeof one.on === 'number' ? one : null;
    const below = made.find(({ task }) => task === stacked?.on);
    const files = stacked === null ? (one as Files) : (stacked as { files: Files }).files;
    const head = await world.branch(index + 1, files, below?.head);
    made.push({ task: index + 1, head, after: below === undefined ? [] : [below.task] });
  }
  return made;
}

type Check = { readonly name: string; readonly command: string };

async function judge(
  made: readonly FinishedBranch[],
  checks: readonly Check[] = [{ name: 'words', command: wordsCheck }],
  more: Partial<JudgeParams> = {},
): Promise<UnionVerdict> {
  await using repository = await openMergeRepository({
    directory: join(world.root, 'union.git'),
    from: world.clone.git,
  });
  await using scratch = openScratchTree({
    ...{ clone: world.clone, workspaces: world.workspaces, repository },
    directory: join(world.root, 'workspaces', 'union'),
    ref: 'refs/flotilla/union/test',
  });
  return await judgeUnion({
    git: repository.git,
    identity: { name: 'Una', email: 'una@example.invalid' },
    base: world.base,
    branches: made,
    scratch,
    baseChecks: null,
    runChecks: (directory, only) =>
      Promise.resolve(
        checks.filter(({ name }) => only?.has(name) ?? true).map((check) => run(directory, check)),
      ),
    ...more,
  });
}

function run(directory: string, { name, command }: Check): CheckResult {
  appendFileSync(runs, `${name}\n`);
  const { status } = spawnSync('sh', ['-c', command], { cwd: directory });
  const state = status === 0 ? 'passed' : 'failed';
  return { name, command, state, exitCode: status, durationMs: 1, log: '', excerpt: '' };
}

test('branches that go together are green after one run of the checks', async () => {
  const verdict = await judge(await branches([{ 'b.txt': 'b\n' }, { 'c.txt': 'c\n' }]));
  expect(verdict).toMatchObject({ state: 'green', tasks: [1, 2], left: [], culprits: [], runs: 1 });
});

test('a pair that is green apart and red together is named, and no other', async () => {
  const verdict = await judge(
    await branches([
      { 'b.txt': 'b\n' },
      { 'words/old': null, 'words/new': 'x\n', 'needs/first': 'new\n' },
      { 'c.txt': 'c\n' },
      { 'needs/second': 'old\n' },
      { 'd.txt': 'd\n' },
    ]),
  );
  expect(verdict).toMatchObject({
    state: 'red',
    red: ['words'],
    culprits: [[2, 4]],
    flaky: [],
    isSearchComplete: true,
  });
});

test('what conflicts in text is left, with whom it conflicts, and what needs it, too', async () => {
  const verdict = await judge(
    await branches([
      { 'a.txt': numbered(30, { 3: 'one' }) },
      { 'a.txt': numbered(30, { 3: 'two' }) },
      { on: 2, files: { 'c.txt': 'c\n' } },
      { 'd.txt': 'd\n' },
    ]),
  );
  expect(verdict).toMatchObject({
    state: 'green',
    tasks: [1, 4],
    left: [
      { task: 2, reason: 'conflict', with: [1], isWithBase: false, files: [{ path: 'a.txt' }] },
      { task: 3, reason: 'needs', with: [2] },
    ],
  });
});

test('a check that is red on the base says nothing of the union', async () => {
  const checks = [
    { name: 'words', command: wordsCheck },
    { name: 'broken', command: 'exit 1' },
  ];
  const made = await branches([{ 'b.txt': 'b\n' }]);
  expect(await judge(made, checks)).toMatchObject({ state: 'green', red: [], flaky: [] });
  expect(await judge(made, checks.slice(1))).toMatchObject({ state: 'unknown', red: [] });
});

test('a check that fails once and then passes is named as flaky, and blamed on nobody', async () => {
  const once = join(world.root, 'once');
  const checks = [{ name: 'moody', command: `test -f ${once} || { touch ${once}; exit 1; }` }];
  const verdict = await judge(await branches([{ 'b.txt': 'b\n' }, { 'c.txt': 'c\n' }]), checks, {
    baseChecks: [],
  });
  expect(verdict).toMatchObject({ state: 'green', flaky: ['moody'], culprits: [] });
});

test('a search that may not run checks any more says that it is not complete', async () => {
  const made = await branches([
    { 'words/old': null, 'words/new': 'x\n', 'needs/first': 'new\n' },
    { 'b.txt': 'b\n' },
    { 'needs/second': 'old\n' },
  ]);
  const verdict = await judge(made, undefined, { mostRuns: 4, baseChecks: [] });
  expect(verdict).toMatchObject({ state: 'red', culprits: [], isSearchComplete: false, runs: 4 });
  const brief = await judge(made, undefined, { mostCheckMs: 2, baseChecks: [] });
  expect(brief).toMatchObject({ state: 'red', isSearchComplete: false, runs: 2 });
});

test('a stacked branch is judged with the one below it', async () => {
  const verdict = await judge(
    await branches([
      { 'words/new': 'x\n' },
      { on: 1, files: { 'needs/second': 'new\n' } },
      { 'b.txt': 'b\n' },
      { 'words/other': null },
      { 'needs/third': 'other\n' },
    ]),
  );
  expect(verdict).toMatchObject({ state: 'red', culprits: [[4, 5]] });
});

test('nothing of it is left behind in the clone', async () => {
  await judge(await branches([{ 'b.txt': 'b\n' }]));
  expect(world.git(world.clone.directory, 'for-each-ref', 'refs/flotilla')).toBe('');
  expect(existsSync(join(world.root, 'workspaces', 'union'))).toBe(false);
  expect(existsSync(join(world.root, 'union.git'))).toBe(false);
});
