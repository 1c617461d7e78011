import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startInTerminal, hasTerminals } from '../rig/terminal.ts';
import { makeWorld, type World } from '../rig/world.ts';

let world: World;

/** Fails with a telling line among others, so that its end alone would not tell. */
const check =
  'if [ -e bad.txt ]; then seq 1 40; echo "AssertionError: the totals differ"; echo "  at cart.js:3"; exit 1; fi';

beforeAll(async () => {
  world = await makeWorld({ issue: ['Make the parts', 'Break the totals', 'Change nothing'] });
  world.script({
    'agent-1': 'commit parts.txt; seq 1 3000 | sed "s/^/said /"',
    'agent-2': 'commit bad.txt',
    'agent-3': 'echo "nothing to do"',
  });
  const ended = await world.orchestrate('--check', check);
  expect(ended.code, ended.stdout).toBe(2);
});
afterAll(() => world[Symbol.asyncDispose]());

test('logs shows the failing lines of a red check, in the run’s story and in the task’s log', async () => {
  for (const args of [['logs'], ['logs', '../issue.md', '2']]) {
    const { stdout } = await world.flotilla(...args);
    expect(stdout).toMatch(
      /✗ check .+ failed.+\n(?: +\d+\n)+ +AssertionError: the totals differ\n +at cart\.js:3\n/u,
    );
    expect(stdout).not.toMatch(/^ +20$/mu);
  }
});

test('--tail gives the last lines, also to who follows', async () => {
  const whole = (await world.flotilla('logs')).stdout.split('\n');
  expect((await world.flotilla('logs', '--tail', '3')).stdout.split('\n')).toEqual(whole.slice(-4));
  const followed = await world.flotilla('logs', '--tail', '3', '--follow');
  expect(followed.stdout.split('\n')).toEqual(whole.slice(-4));
  const log = (await world.flotilla('logs', '../issue.md', '1')).stdout;
  expect(log).toContain('said 1\n');
  const tail = await world.flotilla('logs', '../issue.md', '1', '--tail', '20');
  expect(tail).toMatchObject({ code: 0, stderr: '' });
  expect(log.endsWith(tail.stdout)).toBe(true);
  expect(tail.stdout.trimEnd().split('\n')).toHaveLength(20);
});

test.skipIf(!hasTerminals)('a terminal gets the last thousand lines, and says so', async () => {
  const { screen } = await startInTerminal(world, 'logs', '../issue.md', '1').ended;
  expect(screen).toContain('said 3000');
  expect(screen).not.toMatch(/said 1\r/u);
  expect(screen.split('\n').length).toBeLessThan(1_010);
  expect(screen).toContain('only the last 1000 lines are shown');
});

test('the diff of a task that changed nothing says so', async () => {
  const empty = await world.flotilla('diff', '../issue.md', '3');
  expect(empty).toMatchObject({ code: 0, stdout: '', stderr: 'Task 3 has changed nothing.\n' });
  expect((await world.flotilla('diff', '../issue.md', '1')).stdout).toContain('parts.txt');
});

test('open names the branch of a task whose workspace is gone', async () => {
  const { stdout } = await world.flotilla('open', '../issue.md', '1');
  // Where finished workspaces are kept, there is one to open.
  expect(stdout === '' || existsSync(stdout.trim())).toBe(true);
  await world.flotilla('clean', '--all', '--yes');
  const gone = await world.flotilla('open', '../issue.md', '1');
  expect(gone).toMatchObject({ code: 9, stdout: '' });
  expect(gone.stderr).toMatch(/Its branch is feat\/issue-2-make-the-parts; .+\n +git log \S+/u);
  const unpushed = await world.flotilla('open', '../issue.md', '2');
  expect(unpushed.stderr).toMatch(/Its branch, feat\/issue-3-\S+, was never pushed/u);
});

test('a Markdown file is analysed as an issue', async () => {
  const { stdout } = await world.flotilla('analyze', '../issue.md');
  expect(stdout).toContain('Make the parts');
});

test.each([
  [['orchestrate', '../isue.md', '--dry-run'], 3, 'Did you mean ../issue.md?'],
  [['status', '../issu.md'], 9, 'Did you mean ../issue.md?'],
  [['analyze', '../issue.mdd.md'], 3, 'Did you mean ../issue.md?'],
  [['explain', 'red-bse'], 64, 'Did you mean red-base?'],
  [['help', 'stauts'], 64, 'Did you mean status?'],
  [['help', 'timd-out'], 64, 'Did you mean timed-out?'],
])('%j is asked whether it meant something else', async (args, code, words) => {
  const ended = await world.flotilla(...args);
  expect(ended.stderr).toContain(words);
  expect(ended).toMatchObject({ code, stdout: '' });
});

test('help knows commands by all their names, and what explain explains', async () => {
  expect((await world.flotilla('help', 'logs')).stdout).toContain('Usage: flotilla logs');
  expect((await world.flotilla('help', 'run')).stdout).toContain('Usage: flotilla orchestrate');
  expect((await world.flotilla('help', 'red-base')).stdout).toMatch(/^red-base\n/u);
  expect((await world.flotilla('help')).stdout).toContain('Commands:');
});
