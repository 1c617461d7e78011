import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeWorld, type World } from '../rig/world.ts';

/** Starts a run of another issue, with one task. */
function startOther(world: World): ReturnType<World['flotilla']> {
  writeFileSync(join(world.root, 'other.md'), '# Other\n\n- [ ] Three\n');
  world.script({ 'agent-1': 'commit work/other.txt' });
  return world.flotilla('orchestrate', '../other.md', '--agent', world.agent);
}

function addMore(world: World): void {
  world.write('more.txt', 'more\n');
  world.git('add', '.');
  world.git('commit', '--quiet', '-m', 'More');
}

const flotillaMain = 'refs/remotes/flotilla/main';

test.each([
  ['amended', (world: World) => world.git('commit', '--quiet', '--amend', '-m', 'Another subject')],
  [
    'squashed',
    (world: World) => {
      world.git('reset', '--quiet', '--soft', 'HEAD~1');
      world.git('commit', '--quiet', '--amend', '-m', 'All in one');
    },
  ],
])('a base that its user has %s is where the next run starts', async (_how, rewrite) => {
  await using world = await makeWorld();
  addMore(world);
  expect((await world.orchestrate()).code).toBe(0);
  const before = world.git('rev-parse', flotillaMain).trim();
  rewrite(world);
  const ended = await startOther(world);
  expect(ended.code, ended.stderr).toBe(0);
  const now = world.git('rev-parse', 'main');
  expect(world.git('rev-parse', flotillaMain)).toBe(now);
  expect(world.git('merge-base', 'main', 'flotilla/feat/issue-5-three')).toBe(now);
  // What it was is kept.
  const forge = execFileSync('sh', ['-c', 'echo flotilla/*/forge/repository.git'], {
    cwd: world.stateHome,
    encoding: 'utf8',
  }).trim();
  const refs = world.git(
    '--git-dir',
    join(world.stateHome, forge),
    'for-each-ref',
    '--contains',
    before,
  );
  expect(refs).toContain('refs/flotilla/salvage/base/main/');
  // What is open still stands on the old one.
  const merged = await world.flotilla('merge', '../issue.md', '--yes', '--no-resolve');
  expect(`${merged.stdout}${merged.stderr}`).not.toMatch(/^\s+at |bug in Flotilla/mu);
});

/** Does what is printed, as printed. */
function obey(world: World, stderr: string): void {
  const [, command = ''] = /(?:Join them|Add that): (.+)$/mu.exec(stderr) ?? [];
  execFileSync('sh', ['-c', command], { cwd: world.repository, env: world.env, stdio: 'pipe' });
}

const amend = (world: World): string =>
  world.git('commit', '--quiet', '--amend', '-m', 'Another subject');

test.each<[string, (world: World) => void, string]>([
  ['amended a base', (world) => void amend(world), 'git cherry-pick'],
  [
    'took merged work, and dropped it again',
    (world) => {
      world.git('merge', '--quiet', '--ff-only', 'flotilla/main');
      world.git('reset', '--quiet', '--hard', 'HEAD~1');
      amend(world);
    },
    'git cherry-pick',
  ],
  [
    'wrote the same file otherwise',
    (world) => {
      amend(world);
      world.write('work/agent-1.txt', 'mine\n');
      world.git('add', '.');
      world.git('commit', '--quiet', '-m', 'Mine');
      world.git('rm', '--quiet', 'work/agent-1.txt');
      world.git('commit', '--quiet', '-m', 'Not mine');
    },
    'git cherry-pick',
  ],
  ['went on from it', addMore, 'git merge flotilla/main'],
])(
  'a user who %s that has merged work gets the one command that joins both',
  async (_who, rewrite, named) => {
    await using world = await makeWorld();
    expect((await world.orchestrate('--merge', 'verified')).code).toBe(0);
    rewrite(world);
    const refused = await startOther(world);
    expect(refused.code, refused.stderr).toBe(4);
    expect(refused.stderr).toContain(named);
    obey(world, refused.stderr);
    const ended = await startOther(world);
    expect(ended.code, ended.stderr).toBe(0);
    expect(world.git('rev-parse', flotillaMain)).toBe(world.git('rev-parse', 'main'));
    expect(world.git('show', 'main:work/agent-1.txt')).toContain('agent-1');
  },
);

test('merged work that the user has under another id is no reason to stop', async () => {
  await using world = await makeWorld();
  expect((await world.orchestrate('--merge', 'verified')).code).toBe(0);
  world.git('merge', '--quiet', '--ff-only', 'flotilla/main');
  world.git('reset', '--quiet', '--soft', 'HEAD~1');
  world.git('commit', '--quiet', '--amend', '-m', 'All in one');
  const ended = await startOther(world);
  expect(ended.code, ended.stderr).toBe(0);
});
