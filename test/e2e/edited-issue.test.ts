import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stateOf } from '../rig/count-events.ts';
import { readStatus } from '../rig/status.ts';
import { issueOf, makeWorld, type World } from '../rig/world.ts';

const titles = ['Add the cart', 'Add the shelf', 'Add the till'];

function edit(world: World, words: readonly string[]): void {
  writeFileSync(join(world.root, 'issue.md'), issueOf(words));
}

test('what is edited while a run goes on waits for a new plan, and the rest goes on', async () => {
  await using world = await makeWorld({ issue: titles });
  world.script({ 'agent-1': 'hold cart\ncommit one.txt' });
  const gate = world.gate('cart');
  const run = world.start(
    ...['orchestrate', '../issue.md', '--agent', world.agent, '--plain', '--batch-size', '1'],
  );
  await run.until(gate.arrived());
  edit(world, ['Add the cart', 'Add the shelf for records', 'Add the till']);
  gate.open();
  const { code, stdout, stderr } = await run.ended;
  expect(code, stderr).toBe(130);
  expect(stdout).toContain('The issue was edited since it was planned: task 2 reads otherwise');
  expect(stdout).toMatch(/Continue where it stopped/u);
  const { tasks } = await readStatus(world);
  expect(tasks.map(({ state }) => state)).toEqual(['completed', 'queued', 'completed']);
  expect(world.starts('agent-2')).toBe(0);

  const again = await world.orchestrate();
  expect(again.code, again.stderr).toBe(0);
  expect(again.stdout).toContain('planned again: task 2 reads otherwise.');
  expect(world.seen('agent-2', 'prompt')).toContain('Add the shelf for records');
});

test('a check mark is no edit', async () => {
  await using world = await makeWorld({ issue: titles });
  world.script({ 'agent-1': 'hold cart\ncommit one.txt' });
  const gate = world.gate('cart');
  const run = world.start(
    ...['orchestrate', '../issue.md', '--agent', world.agent, '--plain', '--batch-size', '1'],
  );
  await run.until(gate.arrived());
  writeFileSync(join(world.root, 'issue.md'), issueOf(titles).replaceAll('[ ]', '[x]'));
  gate.open();
  const { code, stdout, stderr } = await run.ended;
  expect(code, stderr).toBe(0);
  expect(stdout).not.toContain('edited');
});

test('an edited issue is agreed to as a new one would be', async () => {
  await using world = await makeWorld({ issue: titles });
  world.script({ 'agent-2': 'exit 0' });
  expect((await world.orchestrate()).code).toBe(2);
  world.script({ 'agent-2': 'commit two.txt' });
  edit(world, ['Add the cart', 'Rewrite the whole application from scratch', 'Add the till']);
  const asked = await world.orchestrateUnforced('--retry');
  expect(asked.code).toBe(4);
  expect(asked.stderr).toMatch(/Task 2 is too large[^]*--yes/u);
  const agreed = await world.orchestrateUnforced('--retry', '--yes');
  expect(agreed.code, agreed.stderr).toBe(0);
});

test('a task that is added while the last one is at work is named at the end, and the next start takes it up', async () => {
  await using world = await makeWorld({ issue: titles.slice(0, 2) });
  world.script({ 'agent-2': 'hold shelf\ncommit two.txt' });
  const gate = world.gate('shelf');
  const run = world.begin('--check', 'true', '--yes');
  await run.until(gate.arrived());
  edit(world, titles);
  gate.open();
  const { code, stdout, stderr } = await run.ended;
  expect(code, stderr).toBe(0);
  const closing = stdout.slice(stdout.indexOf('🎉'));
  expect(closing).toContain('task 3 (Add the till) is new. The next start plans it.');
  expect(closing).toContain('Start task 3, which were added to the issue meanwhile');
  expect(closing).not.toContain('Close master issue');
  // What is merged by now is not the whole of the issue.
  const merged = await world.flotilla('merge', '../issue.md', '--yes');
  expect(merged.code, merged.stderr).toBe(0);
  expect(merged.stdout).toContain('Next: task 3 can start from the merged base:');
  const master = join(stateOf(world), 'forge', 'issues', '1.md');
  expect(readFileSync(master, 'utf8')).toContain('state: "open"');

  const again = await world.orchestrate('--check', 'true', '--yes');
  expect(again.code, again.stderr).toBe(0);
  expect(again.stdout.slice(again.stdout.indexOf('🎉'))).not.toContain('is new');
  expect((await readStatus(world)).tasks.map(({ state }) => state)).toEqual([
    ...['merged', 'merged', 'completed'],
  ]);
});
