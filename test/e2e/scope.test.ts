import { expect, test } from 'vitest';
import { readStatus, refOf, taskOf } from '../rig/status.ts';
import { makeWorld } from '../rig/world.ts';

const issue = ['Change the first part in `src/one.js`', 'Change the second part in `src/two.js`'];
const files = { 'src/one.js': 'one\n', 'src/two.js': 'two\n' };

test('a branch that touches what only another task declared fails, unless the user allows it', async () => {
  await using world = await makeWorld({ issue, files });
  world.script({
    'agent-1': 'commit src/one.js mine',
    'agent-2.1': 'commit src/two.js mine; commit src/one.js theirs',
    'agent-2.2': 'exit 0',
  });
  const ended = await world.orchestrate();
  const run = await readStatus(world);
  expect(ended.code).toBe(2);
  expect(taskOf(run, 1).state).toBe('completed');
  expect(taskOf(run, 2).failure).toMatchObject({ reason: 'out-of-scope' });
  expect(taskOf(run, 2).failure?.message).toContain("src/one.js (task 1's)");

  const again = await world.orchestrate('--retry', '--allow-out-of-scope');
  const then = await readStatus(world);
  expect(again.code, again.stdout).toBe(0);
  expect(taskOf(then, 2).state).toBe('completed');
  expect(world.git('show', `${refOf(then, 2)}:src/one.js`)).toBe('theirs\n');
  expect(world.starts('agent-1')).toBe(1);
});

test('a file that only another task declared may not be renamed away either', async () => {
  await using world = await makeWorld({ issue, files });
  world.script({
    'agent-1': 'commit src/one.js mine',
    'agent-2': 'git mv src/one.js src/elsewhere.js; git commit --quiet --message Move',
  });
  const ended = await world.orchestrate();
  const { failure } = taskOf(await readStatus(world), 2);
  expect(ended.code).toBe(2);
  expect(failure).toMatchObject({ reason: 'out-of-scope' });
  expect(failure?.message).toContain("src/one.js (task 1's)");
});
