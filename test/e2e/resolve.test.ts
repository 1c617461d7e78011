import { chmodSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { World } from '../rig/world.ts';
import { fivePullRequests, fiveTasks, redCommits, told } from '../rig/five-pull-requests.ts';

const fixing = {
  'agent-2.2':
    'echo "both are kept"; cp shared.txt "$rig/conflicted"; printf "one\\ntwo\\n" >shared.txt; git commit --quiet --all --no-edit',
  'agent-4.2': 'commit needs/second new',
};

test('the agents that made them resolve a conflict and a red check, each in its own workspace', async () => {
  await using world = await fivePullRequests();
  world.script(fixing);
  const { code, stdout, stderr } = await world.flotilla('merge', 'local#1', '--yes');
  expect(code, `${stdout}${stderr}`).toBe(0);
  expect(stdout).toMatch(/^All of orch-\S+ is merged: tasks 1, 2, 3, 4 and 5\.$/mu);
  expect(world.git('show', 'flotilla/main:shared.txt')).toBe('one\ntwo\n');
  expect(world.git('show', 'flotilla/main:needs/second')).toBe('new\n');
  expect(redCommits(world)).toEqual([]);
  expect(world.git('rev-list', '--count', 'main..flotilla/main').trim()).toBe('5');

  const logs = await world.flotilla('logs', 'local#1', '2');
  expect(logs.stdout).toContain('both are kept');

  // They saw the conflict, and what both sides are for.
  expect(world.noted('conflicted')).toMatch(/<<<<<<< HEAD\ntwo\n\|{7}[^]*=======\none\n>>>>>>> /u);
  const conflict = world.seen('agent-2', 'prompt', 2);
  expect(conflict).toContain('Title: Two');
  expect(conflict).toContain('What task 1 wants');
  expect(conflict).toContain('shared.txt (content)');
  const red = world.seen('agent-4', 'prompt', 2);
  expect(red).toContain('What task 3 wants');
  expect(red).toContain('needs/second: no such word');
  expect(world.seen('agent-2', 'env', 2)).toMatch(/^WORKING_DIR=.*-task-2$/mu);
  expect([1, 2, 3, 4, 5].map((task) => world.starts(`agent-${task}`))).toEqual([1, 2, 1, 2, 1]);
}, 120_000);

test.for<[string, string, string]>([
  ['leaves the conflict', 'true', 'it left conflicts in shared.txt'],
  [
    'commits markers',
    'git add --all; git commit --quiet --no-edit',
    'it left conflict markers in shared.txt',
  ],
  [
    'commits a key',
    `printf "one\\ntwo\\n" >shared.txt; echo ${['AKIA', 'QWERTYUIOP234567'].join('')} >key.env; git add --all; git commit --quiet --no-edit`,
    'an AWS access key in key.env:1',
  ],
  ['gives the merge up', 'git merge --abort', 'it changed nothing'],
  [
    'drops the other side',
    'git checkout --quiet --ours shared.txt; git add shared.txt',
    'it dropped what the base has in shared.txt',
  ],
  [
    'drops its own side',
    'git checkout --quiet --theirs shared.txt; git add shared.txt',
    'it dropped everything that',
  ],
  [
    'works on the old branch',
    'git merge --abort; commit more.txt',
    'it ended without merging main',
  ],
  [
    'rewrites its branch',
    'git merge --abort; git reset --quiet --hard HEAD~1; commit shared.txt other',
    'it rewrote the commits of',
  ],
  ['fails', 'exit 3', 'exited with code 3'],
])(
  'an agent that %s has its pull request left as it was',
  { timeout: 120_000 },
  async ([, script, why]) => {
    await using world = await fivePullRequests(['One', 'Two']);
    const before = world.git(
      'for-each-ref',
      '--format=%(objectname)',
      'refs/remotes/flotilla/feat',
    );
    world.script({ 'agent-2.2': script });
    const { code, stdout } = await world.flotilla('merge', 'local#1', '--yes', '--json');
    expect(code, stdout).toBe(1);
    expect(told(stdout)).toMatchObject({
      merged: [1],
      left: [{ ordinal: 2, reason: 'conflict', with: [1] }],
    });
    expect(told(stdout).left[0]?.message).toContain(why);
    expect(world.git('for-each-ref', '--format=%(objectname)', 'refs/remotes/flotilla/feat')).toBe(
      before,
    );
  },
);

test('with --no-resolve nobody is asked, and the next merge asks anyway', async () => {
  await using world = await fivePullRequests(['One', 'Two']);
  world.script(fixing);
  const unasked = await world.flotilla('merge', 'local#1', '--yes', '--json', '--no-resolve');
  expect(told(unasked.stdout).left[0]?.message).toBe('it conflicts with task 1 in shared.txt');
  expect(world.starts('agent-2')).toBe(1);
  const again = await world.flotilla('merge', 'local#1', '--yes', '--json', '--no-resolve');
  // Whom it conflicts with is known, though that one was merged before.
  expect(told(again.stdout).left).toMatchObject([{ ordinal: 2, reason: 'conflict', with: [1] }]);
  const asked = await world.flotilla('merge', 'local#1', '--yes', '--json');
  expect(asked.code, asked.stdout).toBe(0);
  expect(world.starts('agent-2')).toBe(2);
  expect(world.seen('agent-2', 'prompt', 2)).toContain('What task 1 wants');
}, 120_000);

/** As a person does who has read it, and does not think of quotes. */
function approve(world: World, number: number): void {
  const [forge = ''] = globSync('state/**/forge/pulls', { cwd: world.root });
  const file = join(world.root, forge, `${number}.md`);
  writeFileSync(file, readFileSync(file, 'utf8').replace('---\n', '---\nreview: approved\n'));
}

test('an approval that an agent’s work came after counts no more', async () => {
  await using world = await fivePullRequests(['One', 'Two']);
  world.script(fixing);
  const given = ['merge', 'local#1', '--yes', '--json', '--merge', 'approved'];
  [4, 5].forEach((number) => approve(world, number));
  const first = told((await world.flotilla(...given)).stdout);
  expect(first).toMatchObject({ merged: [1], left: [{ ordinal: 2, reason: 'not-approved' }] });
  expect(first.left[0]?.message).toContain('changed by its agent after it was approved');
  const unread = told((await world.flotilla(...given)).stdout);
  expect(unread.left[0]?.message).toBe('nobody has approved it');
  [4, 5].forEach((number) => approve(world, number));
  expect(told((await world.flotilla(...given)).stdout)).toMatchObject({ merged: [1, 2], left: [] });
  expect(world.starts('agent-2')).toBe(2);
}, 120_000);

test('an agent that is not on the machine any more is named, and keeps nothing else from being merged', async () => {
  await using world = await fiveTasks(['One', 'Two', 'Five']);
  const programs = join(world.root, 'programs');
  mkdirSync(programs);
  const program = join(programs, 'my-agent');
  const [, script = ''] = world.agent.split('command:');
  writeFileSync(program, `#!/bin/sh\nexec ${script}\n`);
  chmodSync(program, 0o755);
  world.env['PATH'] = `${programs}:${world.env['PATH']}`;
  world.script({ 'agent-3': 'commit five.txt' });
  const given = ['--stack', 'never', '--check', 'sh check.sh', '--yes', '--force', '--plain'];
  const ran = await world.flotilla('run', '../issue.md', '--agent', 'command:my-agent', ...given);
  expect(ran.code, ran.stdout).toBe(0);
  rmSync(program);
  const { code, stdout } = await world.flotilla('merge', 'local#1', '--yes', '--json');
  expect(code, stdout).toBe(1);
  expect(told(stdout)).toMatchObject({ merged: [1, 3], left: [{ ordinal: 2 }] });
  expect(told(stdout).left[0]?.message).toContain(
    'its agent, command:my-agent, was not asked: it is not on this machine',
  );
}, 120_000);

test('an agent that is asked twice learns what was wrong with its first try', async () => {
  await using world = await fivePullRequests(['One', 'Two']);
  const configuration = JSON.stringify({ merging: { resolve_attempts: 2 } });
  world.write('.claude/config/parallel-orchestration.json', configuration);
  world.script({
    'agent-2.2': 'git add --all; git commit --quiet --no-edit',
    'agent-2.3':
      'cp shared.txt "$rig/again"; printf "one\\ntwo\\n" >shared.txt; git add shared.txt',
  });
  const { code, stdout } = await world.flotilla('merge', 'local#1', '--yes', '--json');
  expect(code, stdout).toBe(0);
  expect(world.noted('again')).toContain('<<<<<<< HEAD');
  expect(world.seen('agent-2', 'prompt', 3)).toContain('it left conflict markers in shared.txt');
  expect(world.git('show', 'flotilla/main:shared.txt')).toBe('one\ntwo\n');
}, 120_000);
