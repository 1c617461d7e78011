import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeMergeWorld, type MergeWorld } from '../../../test/rig/merge-world.ts';
import { sampleEvents } from '../../../test/rig/sample-run.ts';
import { openLocalForge } from '../../forge/local/local-forge.ts';
import { replayCommits } from '../../git/combine-commits.ts';
import { gitAt } from '../../git/git.ts';
import type { JournalEvent, RunEvent } from '../../model/event/event.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import { findMergedAs, type MergedAs } from './merged-as.ts';

const identity = { name: 'Una', email: 'una@example.invalid' };

/** Two tasks, the second on the first one's branch, rebased one after the other onto a base that had moved. */
async function rebasedStack(world: MergeWorld) {
  const lower = await world.branch(1, { 'one.txt': 'one\n' });
  const upper = await world.branch(2, { 'two.txt': 'two\n' }, lower);
  const onto = await world.moveBase({ 'moved.txt': 'x\n' });
  const { git } = world.clone;
  const first = await replayCommits(git, { from: world.base, head: lower, onto, identity });
  const second = await replayCommits(git, {
    ...{ from: world.base, head: upper, onto: first ?? '', identity },
  });
  if (first === null || second === null) throw new Error('what applies');
  return { lower, upper, first, second, onto };
}

type Merge = {
  readonly task: number;
  readonly head: string;
  readonly sha: string;
  readonly base: string;
};

/** How the run's tasks came into the base, by the events of these merges. */
async function mergedAs(
  world: MergeWorld,
  { merges, base, by }: { merges: readonly Merge[]; base: string; by: 'us' | 'somebody else' },
): Promise<ReadonlyMap<number, MergedAs>> {
  const forge = await openLocalForge({
    ...{ directory: join(world.root, 'forge'), source: join(world.source, '.git') },
    ...{ branch: 'main', userGit: gitAt(world.source, process.env), holds: world.holds },
  });
  const merging = merges.flatMap(({ task, head, sha, base: at }): RunEvent[] => [
    { type: 'push-done', task, head },
    { type: 'merge-intended', task, number: 200 + task, head, base: at },
    { type: 'merge-done', task, sha, by },
  ]);
  const before = sampleEvents({ tasks: merges.map(() => ({ outcome: 'completed' })) });
  const last = before.at(-1);
  if (last === undefined) throw new Error('a run');
  const events = [
    ...before,
    ...merging.map(
      (event, at): JournalEvent => ({ ...last, ...event, seq: last.seq + 1 + at }) as JournalEvent,
    ),
  ];
  const tasks = foldRun(events)?.tasks ?? [];
  return findMergedAs({ git: world.clone.git, base, events, forge }, tasks);
}

test.each(['us', 'somebody else'] as const)(
  'of a stack that was rebased by %s, each task has its own commit',
  async (by) => {
    await using world = await makeMergeWorld({ 'README.md': 'x\n' });
    const { lower, upper, first, second, onto } = await rebasedStack(world);
    const merges = [
      { task: 1, head: lower, sha: first, base: onto },
      { task: 2, head: upper, sha: second, base: first },
    ];
    const found = await mergedAs(world, { merges, base: second, by });
    expect([...found]).toEqual([
      [1, { kind: 'known', commits: [{ task: 1, sha: first, before: onto, isMerge: false }] }],
      [2, { kind: 'known', commits: [{ task: 2, sha: second, before: first, isMerge: false }] }],
    ]);
  },
);

test('what a rewritten base has no more is gone', async () => {
  await using world = await makeMergeWorld({ 'README.md': 'x\n' });
  const { lower, first, onto } = await rebasedStack(world);
  const merges = [{ task: 1, head: lower, sha: first, base: onto }];
  const found = await mergedAs(world, { merges, base: onto, by: 'us' });
  expect([...found]).toEqual([[1, { kind: 'gone' }]]);
});

test('a branch whose newest commit is a merge is not taken for the merge into the base', async () => {
  await using world = await makeMergeWorld({ 'README.md': 'x\n' });
  const { git } = world;
  const { directory } = world.clone;
  const head = await world.branch(1, { 'one.txt': 'one\n' });
  const onto = await world.moveBase({ 'moved.txt': 'x\n' });
  const tree = git(directory, 'merge-tree', '--write-tree', head, onto);
  const joined = git(
    directory,
    'commit-tree',
    tree,
    '-p',
    head,
    '-p',
    onto,
    '-m',
    'Take in the base',
  );
  const merges = [{ task: 1, head: joined, sha: joined, base: onto }];
  const found = await mergedAs(world, { merges, base: joined, by: 'somebody else' });
  expect([...found]).toEqual([[1, { kind: 'unclear' }]]);
});
