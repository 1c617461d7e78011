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

test('work out of scope goes back to its agent once, with the files named, and may succeed then', async () => {
  await using world = await makeWorld({ issue, files });
  world.script({
    'agent-1': 'commit src/one.js mine',
    'agent-2.1': 'commit src/two.js mine; commit src/one.js theirs',
    'agent-2.2':
      'git checkout --quiet HEAD~1 -- src/one.js; git commit --quiet --message "Put it back"',
  });
  const ended = await world.orchestrate('--force');
  const run = await readStatus(world);
  expect(ended.code, ended.stdout).toBe(0);
  expect(run.tasks.map(({ state }) => state)).toEqual(['completed', 'completed']);
  expect(world.starts('agent-2')).toBe(2);
  expect(ended.stdout).toContain('out of scope: src/one.js');
  expect(world.git('show', `${refOf(run, 2)}:src/one.js`)).toBe('one\n');
  const prompt = world.seen('agent-2', 'prompt', 2);
  expect(prompt).toContain("- `src/one.js` (task 1's)");
});

test('two tasks that are stacked for one file may both change it', async () => {
  await using world = await makeWorld({
    issue: ['Let `greetPerson` take a title', 'Drop the old style of export in `lib/greet.js`'],
    files: { 'lib/greet.js': 'export function greetPerson(name) {\n  return name;\n}\n' },
  });
  const work = 'echo "// more" >> lib/greet.js; git commit --quiet --all --message More';
  world.script({ 'agent-1': work, 'agent-2': work });
  const ended = await world.orchestrate('--force');
  expect(ended.code, ended.stdout).toBe(0);
  expect(world.starts('agent-1') + world.starts('agent-2')).toBe(2);
  expect(world.seen('agent-1', 'prompt')).not.toMatch(/leave them alone: .*greet/u);
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

test('hub files that another task named are shown and let pass; what is no hub by its content is not', async () => {
  await using world = await makeWorld({
    issue: [
      'Change the first part in `src/one.js`, `CHANGELOG.md`, `README.md`, `package.json`, `src/index.js` and `lib/index.js`',
      'Change the second part in `src/two.js`',
      'Change the third part in `src/three.js`',
    ],
    files: {
      ...files,
      'CHANGELOG.md': '# Changes\n',
      'README.md': '# Parts\n',
      'package.json': '{}\n',
      'src/index.js': "export * from './one.js';\n",
      'lib/index.js': 'export const much = 1;\n',
    },
  });
  world.script({
    'agent-1': 'commit src/one.js mine',
    'agent-2':
      'commit src/two.js mine; for f in CHANGELOG.md README.md src/index.js; do echo "// two" >>$f; done; git commit --quiet --all --message Lists',
    'agent-3': 'commit src/three.js mine; commit lib/index.js theirs',
  });
  const ended = await world.orchestrate('--stack', 'never', '--force', '--check', 'true');
  const { tasks } = await readStatus(world);
  expect(tasks.map(({ state }) => state)).toEqual(['completed', 'completed', 'failed']);
  expect(tasks[2]?.failure?.message).toContain("lib/index.js (task 1's)");
  expect(ended.stdout).toContain('It changes `CHANGELOG.md`, a changelog that task 1 names');
  expect(ended.stdout).toContain('It changes `README.md`, a README that task 1 names');
  expect(ended.stdout).toContain('It changes `src/index.js`, a barrel that task 1 names');
});
