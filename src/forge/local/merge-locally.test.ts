import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  makeMergeWorld,
  numbered,
  type Files,
  type MergeWorld,
} from '../../../test/rig/merge-world.ts';
import type { MergeMethod } from '../../git/combine-commits.ts';
import { gitAt } from '../../git/git.ts';
import type { MergeParams } from '../forge.ts';
import { openLocalForge, type LocalForge } from './local-forge.ts';
import { mergePullRequest, pullRequestState } from './merge-locally.ts';
import { openRecords } from './records.ts';

const identity = { name: 'Una', email: 'una@example.invalid' };

let world: MergeWorld;
let forge: LocalForge;

beforeEach(async () => {
  world = await makeMergeWorld({ 'a.txt': numbered(30) });
  forge = await openLocalForge({
    directory: join(world.root, 'forge'),
    source: join(world.source, '.git'),
    branch: 'main',
    userGit: gitAt(world.source, process.env),
    holds: world.holds,
  });
  await forge.syncBase('main', world.base);
});

afterEach(() => world[Symbol.asyncDispose]());

/** Publishes a task's branch as a pull request that closes a sub-issue; gives its number, its sub-issue's, and its head. */
async function publish(
  task: number,
  files: Files,
): Promise<{ number: number; sub: number; head: string }> {
  const head = await world.branch(task, files);
  const parent = { forge: 'local', number: 1 } as const;
  const issue = { kind: 'sub-issue', parent, key: `s${task}`, title: 'Sub', body: '' } as const;
  const sub = await forge.ensureIssue({ ...issue, labels: [] });
  await forge.push({ from: world.clone.directory, commit: head, branch: `task-${task}` });
  const pull = await forge.ensurePullRequest({
    ...{ key: `p${task}`, title: `Do task ${task}`, body: 'Text', checks: [] },
    ...{ head: `task-${task}`, base: 'main', closes: sub.number },
  });
  return { number: pull.number, sub: sub.number, head };
}

function baseNow(): string {
  return world.git(forge.repository, 'rev-parse', 'refs/heads/main');
}

function order(
  pull: { number: number; head: string },
  method: MergeMethod = 'squash',
): MergeParams {
  return { number: pull.number, head: pull.head, base: baseNow(), method, identity };
}

function head(kind: 'issues' | 'pulls', number: number): string {
  return readFileSync(join(world.root, 'forge', kind, `${number}.md`), 'utf8');
}

test.for<[MergeMethod, number, string]>([
  ['squash', 1, 'Do task 1 (#3)'],
  ['merge', 2, 'Merge pull request #3 from task-1'],
  ['rebase', 1, 'Change b.txt'],
])('a pull request merges by %s', async ([method, parents, subject]) => {
  await publish(9, { 'z.txt': 'z\n' });
  const pull = await publish(1, { 'b.txt': 'b\n' });
  expect(pull.number).toBe(4);
  const other = await publish(2, { 'c.txt': 'c\n' });
  await forge.merge(order(other));
  const answer = await forge.merge(order(pull, method));
  expect(answer).toEqual({ kind: 'merged', sha: baseNow() });
  const [line = '', told] = world
    .git(forge.repository, 'log', '-1', '--format=%P%n%s', 'main')
    .split('\n');
  expect(line.split(' ')).toHaveLength(parents);
  expect(told).toBe(subject.replace('#3', '#4'));
  expect(world.git(forge.repository, 'ls-tree', '--name-only', 'main').split('\n')).toEqual([
    'a.txt',
    'b.txt',
    'c.txt',
  ]);
  expect(await forge.pullRequestState(pull.number)).toMatchObject({
    state: 'merged',
    mergedAs: baseNow(),
  });
  expect(head('issues', pull.sub)).toContain('state: "closed"');
});

test('the user sees the merged base, and their own branch stays where it was', async () => {
  const pull = await publish(1, { 'b.txt': 'b\n' });
  await forge.merge(order(pull));
  expect(world.git(world.source, 'rev-parse', 'refs/remotes/flotilla/main')).toBe(baseNow());
  expect(world.git(world.source, 'rev-parse', 'main')).toBe(world.base);
  expect(world.git(world.source, 'status', '--porcelain')).toBe('');
  world.git(world.source, 'merge', '--quiet', '--ff-only', 'flotilla/main');
});

test('a head or a base that is not what was checked is refused, and nothing moves', async () => {
  const pull = await publish(1, { 'b.txt': 'b\n' });
  const before = baseNow();
  expect(await forge.merge({ ...order(pull), head: world.base })).toMatchObject({
    why: 'head-moved',
  });
  expect(await forge.merge({ ...order(pull), base: pull.head })).toMatchObject({
    why: 'base-moved',
  });
  expect(baseNow()).toBe(before);
  expect(head('pulls', pull.number)).toContain('state: "open"');
});

test('a pull request that does not merge is refused', async () => {
  const one = await publish(1, { 'a.txt': numbered(30, { 3: 'one' }) });
  const two = await publish(2, { 'a.txt': numbered(30, { 3: 'two' }) });
  await forge.merge(order(one));
  for (const method of ['squash', 'merge', 'rebase'] as const)
    expect(await forge.merge(order(two, method))).toMatchObject({ why: 'conflict' });
});

test('merging twice is merging once', async () => {
  const pull = await publish(1, { 'b.txt': 'b\n' });
  const first = await forge.merge(order(pull));
  const after = baseNow();
  expect(await forge.merge(order(pull))).toEqual(first);
  expect(baseNow()).toBe(after);
});

test('a merge that somebody died over, before or after the base moved, comes to one end', async () => {
  const pull = await publish(1, { 'b.txt': 'b\n' });
  const records = openRecords(join(world.root, 'forge'), (work) => work());
  const clone = {
    ...world.clone,
    directory: forge.repository,
    git: gitAt(forge.repository, process.env),
  };
  // It died after it wrote down what it was going to do.
  await records.amend(pull.number, { merging: pull.head });
  expect((await pullRequestState({ clone, records }, pull.number)).state).toBe('open');
  // It died after the base moved.
  world.git(forge.repository, 'update-ref', 'refs/heads/main', pull.head);
  const answer = await mergePullRequest({ clone, records }, order(pull));
  expect(answer).toEqual({ kind: 'merged', sha: pull.head });
  expect(head('pulls', pull.number)).toContain('state: "merged"');
  expect(head('issues', pull.sub)).toContain('state: "closed"');
});

test('a pull request that a person closed is not merged', async () => {
  const pull = await publish(1, { 'b.txt': 'b\n' });
  const records = openRecords(join(world.root, 'forge'), (work) => work());
  await records.amend(pull.number, { state: 'closed', review: 'approved' });
  expect(await forge.merge(order(pull))).toMatchObject({ why: 'closed' });
  expect(await forge.pullRequestState(pull.number)).toMatchObject({
    state: 'closed',
    isApproved: true,
  });
});
