import { expect, test } from 'vitest';
import { readStatus, refOf, taskOf } from '../rig/status.ts';
import { makeWorld } from '../rig/world.ts';

const check = ['--check', 'test ! -e uses-it.txt || test -e needed.txt'];

test('a retry takes in what the base got meanwhile, and pays nobody when the checks pass by that', async () => {
  await using world = await makeWorld({ issue: ['Use what is not there yet'] });
  world.script({ 'agent-1': 'commit uses-it.txt' });
  const failed = await world.orchestrate(...check);
  expect(failed.code).toBe(2);
  const starts = world.starts('agent-1');
  world.write('needed.txt', 'Here it is.\n');
  world.git('add', '--all');
  world.git('commit', '--quiet', '--message', 'Add what was needed');
  const ended = await world.orchestrate('--retry', ...check);
  expect(ended.code, ended.stdout).toBe(0);
  expect(world.starts('agent-1')).toBe(starts);
  const run = await readStatus(world);
  // Both are in the branch, and only its own work counts as the task's.
  expect(world.git('diff', '--name-only', 'main', refOf(run, 1))).toBe('uses-it.txt\n');
  expect(world.git('ls-tree', '--name-only', refOf(run, 1))).toContain('needed.txt');
});

test('a retry whose checks are still red tells the agent what is red now', async () => {
  await using world = await makeWorld({ issue: ['Use what is not there yet'] });
  world.script({ 'agent-1': 'commit uses-it.txt' });
  expect((await world.orchestrate(...check)).code).toBe(2);
  const starts = world.starts('agent-1');
  world.write('other.txt', 'Something else.\n');
  world.git('add', '--all');
  world.git('commit', '--quiet', '--message', 'Go on');
  world.script({ 'agent-1': 'commit needed.txt' });
  const ended = await world.orchestrate('--retry', ...check);
  expect(ended.code, ended.stdout).toBe(0);
  expect(world.starts('agent-1')).toBe(starts + 1);
  const prompt = world.seen('agent-1', 'prompt', starts + 1);
  expect(prompt).toContain('An earlier attempt did not succeed');
  expect(prompt).toContain('was merged into your branch');
});

test('a retry whose work collides with the new base leaves the conflict to its agent', async () => {
  await using world = await makeWorld({ issue: ['Reword the README'] });
  world.script({ 'agent-1': "commit README.md 'The words of the task'; commit bad.txt" });
  const bad = ['--check', 'test ! -e bad.txt'];
  expect((await world.orchestrate(...bad)).code).toBe(2);
  const starts = world.starts('agent-1');
  world.write('README.md', 'The words of the base\n');
  world.git('commit', '--quiet', '--all', '--message', 'Reword it otherwise');
  world.script({
    'agent-1':
      "git rm --quiet bad.txt; write README.md 'The words of both'; git add README.md; git commit --quiet --no-edit",
  });
  const ended = await world.orchestrate('--retry', ...bad);
  expect(ended.code, ended.stdout).toBe(0);
  expect(world.seen('agent-1', 'prompt', starts + 1)).toContain(
    'The merge waits for you in `README.md`',
  );
  const run = await readStatus(world);
  expect(taskOf(run, 1).state).toBe('completed');
  expect(world.git('show', `${refOf(run, 1)}:README.md`)).toBe('The words of both\n');
});

test('a check that failed by chance costs no agent when it is retried', async () => {
  await using world = await makeWorld({ issue: ['Do something'] });
  const flaky = ['--check', `case $PWD in *-check) test -e ${world.root}/calm;; esac`];
  expect((await world.orchestrate(...flaky)).code).toBe(2);
  const starts = world.starts('agent-1');
  world.write('../calm', '');
  expect((await world.orchestrate('--retry', ...flaky)).code).toBe(0);
  expect(world.starts('agent-1')).toBe(starts);
});
