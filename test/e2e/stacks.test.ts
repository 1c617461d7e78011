import { expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { failuresOf, readStatus, refOf, taskOf } from '../rig/status.ts';
import { makeWorld, type World } from '../rig/world.ts';

const issue = ['Change the greeting in `src/words.js`', 'Change the farewell in `src/words.js`'];
const files = { 'src/words.js': 'hello\nbye\n' };

/** The commits of a task's branch that the base lacks, the newest first. */
async function subjects(world: World, ordinal: number): Promise<string[]> {
  const log = world.git('log', '--format=%s', `main..${refOf(await readStatus(world), ordinal)}`);
  return log.trimEnd().split('\n');
}

function pullRequest(world: World, url: string): string {
  return readFileSync(new URL(url, `file://${world.root}/`), 'utf8');
}

test('tasks that collide never run together: the second starts from the verified branch of the first', async () => {
  await using world = await makeWorld({ issue, files });
  const gate = world.gate('first');
  world.script({
    'agent-1': 'hold first; commit src/words.js hi',
    'agent-2': 'cp src/words.js "$rig/seen"; commit src/words.js farewell',
  });
  const running = world.begin('--force');
  await running.until(gate.arrived());
  expect(taskOf(await readStatus(world), 2)).toMatchObject({ state: 'queued' });
  gate.open();
  const ended = await running.ended;
  expect(ended.code, ended.stdout).toBe(0);
  expect(world.noted('seen')).toBe('hi');
  expect(world.starts('agent-2')).toBe(1);
  expect(await subjects(world, 2)).toEqual(['Add src/words.js', 'Add src/words.js']);
  expect(world.seen('agent-2', 'prompt')).toContain('already has the work of a task');

  const run = await readStatus(world);
  const { url, number } = taskOf(run, 2).pullRequest ?? { url: '', number: 0 };
  const text = pullRequest(world, url);
  expect(number).toBeGreaterThan(0);
  expect(text).toContain(`base: "${taskOf(run, 1).branch}"`);
  expect(text).toContain(`**Merge #${taskOf(run, 1).pullRequest?.number} first**`);
  // Only its own commit is listed, not the one that it is stacked on.
  expect(text.match(/^- `Add src\/words\.js`/gmu)).toHaveLength(1);
});

test('what needs a task that fails is blocked, and goes on once that one has succeeded', async () => {
  const [first, second] = issue;
  await using world = await makeWorld({ issue: [first!, `${second} (depends on task 1)`], files });
  world.script({ 'agent-1.1': 'exit 0', 'agent-1.2': 'commit src/words.js hi' });
  const failed = await world.orchestrate('--force');
  const blocked = await readStatus(world);
  expect(failed.code, failed.stdout).toBe(2);
  expect(failuresOf(blocked)).toEqual({ 1: 'no-commits', 2: null });
  expect(taskOf(blocked, 2).state).toBe('blocked');
  expect(failed.stdout).toMatch(/task 2 .*task 1/u);
  expect(world.starts('agent-2')).toBe(0);

  world.script({ 'agent-2': 'commit src/words.js farewell' });
  const again = await world.orchestrate('--retry');
  expect(again.code, again.stdout).toBe(0);
  expect(await subjects(world, 2)).toHaveLength(2);
});

test('what only may collide with a task that fails starts from what lies below that one', async () => {
  const three = [...issue, 'Change the colour in `src/words.js`'];
  await using world = await makeWorld({ issue: three, files });
  world.script({
    'agent-1': 'commit src/words.js hi',
    'agent-2': 'exit 0',
    'agent-3': 'commit src/words.js colour',
  });
  const ended = await world.orchestrate('--force');
  const run = await readStatus(world);
  expect(ended.code, ended.stdout).toBe(2);
  expect(failuresOf(run)).toEqual({ 1: null, 2: 'no-commits', 3: null });
  expect(ended.stdout).toContain(
    'starts from the branch of task 1 instead: task 2 did not succeed, and is not needed for it',
  );
  expect(taskOf(run, 3).state).toBe('completed');
  expect(await subjects(world, 3)).toHaveLength(2);
  const { url } = taskOf(run, 3).pullRequest ?? { url: '' };
  expect(pullRequest(world, url)).toContain(`base: "${taskOf(run, 1).branch}"`);

  // What failed is tried once more: it keeps its place above the first, and leaves the third alone.
  world.script({ 'agent-2': 'commit src/other.js bye' });
  const again = await world.orchestrate('--retry');
  expect(again.code, again.stdout).toBe(0);
  expect(world.starts('agent-3')).toBe(1);
  expect(await subjects(world, 3)).toHaveLength(2);
});

test('a task starts from the base when all below it in its stack came to nothing', async () => {
  await using world = await makeWorld({ issue, files });
  world.script({ 'agent-1': 'exit 0', 'agent-2': 'commit src/words.js farewell' });
  const ended = await world.orchestrate('--force');
  const run = await readStatus(world);
  expect(ended.code, ended.stdout).toBe(2);
  expect(ended.stdout).toContain('starts from the base instead: task 1 did not succeed');
  expect(taskOf(run, 2).state).toBe('completed');
  expect(await subjects(world, 2)).toHaveLength(1);
  const { url } = taskOf(run, 2).pullRequest ?? { url: '' };
  expect(pullRequest(world, url)).toContain('base: "main"');
});

test('a stack whose orchestrator is killed between its tasks goes on from the branch of the first', async () => {
  await using world = await makeWorld({ issue, files });
  const gate = world.gate('second');
  world.script({
    'agent-1': 'commit src/words.js hi',
    'agent-2': 'hold second; commit src/words.js farewell',
  });
  const running = world.begin('--force');
  await running.until(gate.arrived());
  running.signal('SIGKILL');
  await running.ended;
  gate.open();
  const ended = await world.orchestrate();
  expect(ended.code, ended.stdout).toBe(0);
  expect([world.starts('agent-1'), world.starts('agent-2')]).toEqual([1, 1]);
  expect(await subjects(world, 2)).toHaveLength(2);
});

test('--stack never starts all from the base, together', async () => {
  await using world = await makeWorld({ issue, files });
  const gate = world.gate('both');
  world.script({ default: 'hold both; commit src/words.js "mine $AGENT_ID"' });
  const running = world.begin('--force', '--stack', 'never');
  await running.until(gate.arrived(2));
  gate.open();
  const ended = await running.ended;
  expect(ended.code, ended.stdout).toBe(0);
  expect(await subjects(world, 1)).toHaveLength(1);
  expect(await subjects(world, 2)).toHaveLength(1);
});

test('a sequential phase is one task after another, also when nothing stacks', async () => {
  const text = `# Two steps\n\n## Phase 1: Steps (Sequential)\n\n- [ ] Write \`a.txt\`\n- [ ] Write \`b.txt\`\n`;
  await using world = await makeWorld({ issue: text });
  const gate = world.gate('first');
  world.script({ 'agent-1': 'hold first; commit a.txt', 'agent-2': 'commit b.txt' });
  const running = world.begin('--force', '--stack', 'never', '--max-workers', '2');
  await running.until(gate.arrived());
  expect(taskOf(await readStatus(world), 2)).toMatchObject({ state: 'queued' });
  gate.open();
  const ended = await running.ended;
  expect(ended.code, ended.stdout).toBe(0);
  expect(await subjects(world, 2)).toHaveLength(1);
});

test('a batch starts when the one before it has ended, however that went', async () => {
  await using world = await makeWorld({
    issue: ['Write `a.txt`', 'Write `b.txt`', 'Write `c.txt`'],
  });
  const gate = world.gate('second');
  world.script({
    'agent-1': 'exit 0',
    'agent-3': 'hold second; commit c.txt',
    'agent-2': 'commit b.txt',
  });
  const running = world.begin('--yes', '--max-workers', '3', '--batch', '1,3;2');
  await running.until(gate.arrived());
  await running.printed('task 1  ✗');
  expect(world.starts('agent-2')).toBe(0);
  gate.open();
  const ended = await running.ended;
  expect(ended.code, ended.stdout).toBe(2);
  expect(world.starts('agent-2')).toBe(1);
});

test('the next phase starts from the merged base, once the one before it is merged', async () => {
  const text = `# Two phases\n\n## Phase 1: Foundations (Parallel)\n\n- [ ] Write \`a.txt\`\n- [ ] Write \`b.txt\`\n\n## Phase 2: On top (after merge)\n\n- [ ] Write \`c.txt\`\n`;
  await using world = await makeWorld({ issue: text });
  world.script({
    'agent-1': 'commit a.txt',
    'agent-2': 'commit b.txt',
    'agent-3': 'ls >"$rig/seen"; commit c.txt',
  });
  const first = await world.orchestrate('--yes');
  const waiting = await readStatus(world);
  expect(first.code, first.stdout).toBe(0);
  expect(waiting.state).toBe('awaiting-merge');
  expect(world.starts('agent-3')).toBe(0);
  expect(first.stdout).toContain('Phase 1 of 2 is done: 2 of 2 of this phase succeeded');
  expect(first.stdout).toContain('task 3  Write c.txt: starts in phase 2');
  expect(first.stdout).not.toContain('Close master issue');

  const unmerged = await world.orchestrate();
  expect(unmerged.code, unmerged.stdout).toBe(0);
  expect(world.starts('agent-3')).toBe(0);

  // One by a merge commit, one squashed: the base has the work of both.
  world.git('merge', '--quiet', '--no-edit', refOf(waiting, 1));
  world.git('merge', '--quiet', '--squash', refOf(waiting, 2));
  world.git('commit', '--quiet', '--message', 'Squashed');
  const second = await world.orchestrate();
  const done = await readStatus(world);
  expect(second.code, second.stdout).toBe(0);
  expect(second.stdout).toContain('flotilla merge');
  expect(world.noted('seen').split('\n')).toEqual(['README.md', 'a.txt', 'b.txt']);
  expect(done.state).toBe('succeeded');
  expect(done.tasks.map(({ state }) => state)).toEqual(['merged', 'merged', 'completed']);
});
