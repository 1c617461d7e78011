import { expect, test } from 'vitest';
import { makeWorld } from '../rig/world.ts';

test.each([
  [['--fresh'], '--fresh says how failed tasks are tried again: give --retry, too'],
  [['--env', 'TOKEN=abc'], 'Give the name of a variable alone'],
  [['--tasks', '7'], 'The issue has no open task 7.'],
  [['--forge', 'github'], 'A Markdown file runs on the local forge.'],
])('orchestrate with %j is wrong usage, and says why', async (args, why) => {
  await using world = await makeWorld();
  const { code, stdout, stderr } = await world.orchestrate(...args);
  expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
  expect(stderr).toContain(why);
});

test.each(['cancel', 'address'])('%s says which numbers it takes', async (command) => {
  await using world = await makeWorld();
  const { code, stderr } = await world.flotilla(command, 'local#1', '2', 'two');
  expect(code).toBe(64);
  expect(stderr).toContain("'two' is invalid for argument 'task'. Give a whole number above 0.");
  expect(stderr).toContain(`(flotilla ${command} --help shows what it takes)`);
});

test.each([
  ['https://github.com/una/shop/pull/3', 'it is not the address of an issue'],
  ['.', 'it is a folder'],
  ['nowhere.md', 'there is no such file'],
])('an issue %s that cannot be read is reported for what it is', async (issue, why) => {
  await using world = await makeWorld();
  const { code, stderr } = await world.flotilla('orchestrate', issue);
  expect(code).toBe(3);
  expect(stderr).toContain(why);
  expect(stderr).toContain('https://github.com/OWNER/REPOSITORY/issues/1234');
});

test('an issue whose boxes are all ticked needs no agent: there is nothing to do', async () => {
  await using world = await makeWorld({ issue: '# Done\n\n- [x] One\n- [x] Two\n' });
  const ended = await world.flotilla('orchestrate', '../issue.md', '--agent', 'claude');
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(ended.stdout).toContain('Nothing to do in local#1. All 2 sub-tasks are checked off');
  const dry = await world.flotilla('orchestrate', '../issue.md', '--dry-run');
  expect(dry.code).toBe(0);
  expect(dry.stdout).toContain('Skipped, as already done: 1, 2\nNothing to do');
  expect(dry.stdout).not.toContain('Recommendation');
});

test('a workspace that is gone is no answer for a script that asks for its path', async () => {
  await using world = await makeWorld();
  expect((await world.orchestrate()).code).toBe(0);
  const { code, stdout, stderr } = await world.flotilla('open', 'local#1', '1');
  expect({ code, stdout }).toEqual({ code: 9, stdout: '' });
  expect(stderr).toContain('git log flotilla/feat/issue-2-do-something');
  const sub = await world.flotilla('status', 'local#2');
  expect(sub.code).toBe(9);
  expect(sub.stderr).toContain('local#2 is the sub-issue of task 1 of local#1.\nName its master');
  const absent = await world.flotilla('diff', 'local#1', '2');
  expect(absent.code).toBe(64);
  expect(absent.stderr).toContain('The run has no task 2.');
  // One branch is not "all branches together".
  const merged = await world.flotilla('merge', 'local#1', '--yes');
  expect(merged.stdout).toContain('? the branch of task 1 is unknown: no check ran on it\n');
});

test('doctor says who turned the sandbox off', async () => {
  await using world = await makeWorld();
  const told = await world.flotilla('doctor');
  expect(told.stdout).toMatch(
    /no sandbox \(.+\): agents, the tests that they write and what these start run as you/u,
  );
  expect(told.stdout).not.toContain('agents write to their own workspace');
});

test('runs are listed where there is none, and analyses say what they lack', async () => {
  await using world = await makeWorld();
  expect(await world.flotilla('runs', '--json')).toMatchObject({ code: 0, stdout: '[]\n' });
  const lost = await world.flotilla('analyze', 'nowhere', '--check-dependencies');
  expect(lost.code).toBe(64);
  expect(lost.stderr).toMatch(
    /nothing to analyse at .*nowhere: there is no such file or folder\n/u,
  );
  const unread = await world.flotilla('analyze', '--predict', 'nowhere.txt');
  expect(unread.stderr).toContain("The task's text nowhere.txt cannot be read: there is no such");
  const both = ['analyze', '--issue', '../issue.md', '--check-dependencies', '--json'];
  const twice = await world.flotilla(...both);
  expect({ code: twice.code, stdout: twice.stdout }).toEqual({ code: 64, stdout: '' });
});
