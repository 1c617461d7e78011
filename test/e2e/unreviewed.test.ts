import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readStatus, taskOf } from '../rig/status.ts';
import { makeWorld, type World } from '../rig/world.ts';

const issue = ['Write `a.txt`', 'Write `b.txt`', 'Write `c.txt`', 'Write `d.txt`'];

const work = {
  'agent-1': 'commit a.txt',
  'agent-2': 'commit b.txt',
  'agent-3': 'commit c.txt',
  'agent-4': 'commit d.txt',
};

function makePatient(seconds: number): Promise<World> {
  const configuration = JSON.stringify({ merging: { patience: seconds } });
  return makeWorld({
    issue,
    files: { '.claude/config/parallel-orchestration.json': configuration },
  });
}

/** As a person does who has read it. */
async function review(world: World, ordinal: number, word: string): Promise<void> {
  const { pullRequest } = taskOf(await readStatus(world), ordinal);
  const file = fileURLToPath(pullRequest?.url ?? '');
  writeFileSync(file, readFileSync(file, 'utf8').replace('---\n', `---\nreview: "${word}"\n`));
}

const oneByOne = ['--max-workers', '1', '--max-unreviewed', '2', '--yes'];

test('new starts wait while reviewers are behind, and go on when they have caught up', async () => {
  await using world = await makePatient(600);
  world.script(work);
  const running = world.begin(...oneByOne);
  await running.printed('waiting for reviewers');
  const waiting = await readStatus(world);
  expect(waiting.state).toBe('paused');
  expect(waiting.tasks.filter(({ state }) => state === 'completed')).toHaveLength(2);
  const done = waiting.tasks.filter(({ state }) => state === 'completed');
  const open = waiting.tasks.filter(({ state }) => state !== 'completed');
  expect(open.map(({ ordinal }) => world.starts(`agent-${ordinal}`))).toEqual([0, 0]);
  for (const { ordinal } of done) await review(world, ordinal, 'approved');
  const ended = await running.ended;
  expect(ended.code, ended.stdout).toBe(0);
  expect(ended.stdout).toContain('and --max-unreviewed is 2');
  expect((await readStatus(world)).tasks.every(({ state }) => state === 'completed')).toBe(true);
}, 120_000);

test('a no is a review, too', async () => {
  await using world = await makePatient(600);
  world.script(work);
  const running = world.begin(...oneByOne);
  await running.printed('waiting for reviewers');
  for (const { ordinal, state } of (await readStatus(world)).tasks)
    if (state === 'completed') await review(world, ordinal, 'changes-requested');
  const ended = await running.ended;
  expect(ended.code, ended.stdout).toBe(0);
}, 120_000);

test('when nobody reviews, the run stops without a failure, and the same command goes on later', async () => {
  await using world = await makePatient(0);
  world.script(work);
  const ended = await world.orchestrate(...oneByOne);
  expect(ended.code, ended.stdout).toBe(0);
  const waiting = await readStatus(world);
  expect(waiting.state).toBe('awaiting-merge');
  expect(waiting.tasks.map(({ state }) => state).toSorted()).toEqual([
    'completed',
    'completed',
    'queued',
    'queued',
  ]);
  expect(ended.stdout).toContain('Waiting for reviews');
  expect(ended.stdout).toContain('--max-unreviewed 2');
  for (const { ordinal, state } of waiting.tasks)
    if (state === 'completed') await review(world, ordinal, 'approved');
  const again = await world.flotilla('resume');
  expect(again.code, `${again.stdout}${again.stderr}`).toBe(0);
  const done = await readStatus(world);
  expect(done.state).toBe('succeeded');
}, 120_000);

test('Ctrl-C stops the waiting', async () => {
  await using world = await makePatient(600);
  world.script(work);
  const running = world.begin(...oneByOne);
  await running.printed('waiting for reviewers');
  running.signal('SIGINT');
  const ended = await running.ended;
  expect(ended.code, ended.stdout).toBe(130);
  expect((await readStatus(world)).state).toBe('interrupted');
}, 120_000);
