import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fiveTasks, told } from '../rig/five-pull-requests.ts';
import { startFlotilla, type Running } from '../rig/flotilla.ts';
import type { Gate } from '../rig/gate.ts';
import { readStatus, refOf, taskOf } from '../rig/status.ts';
import type { World } from '../rig/world.ts';

const configuration = {
  '.claude/config/parallel-orchestration.json': JSON.stringify({
    monitoring: { radar_interval: 1 },
  }),
};

type Collision = { readonly world: World; readonly running: Running; readonly one: Gate };

/** Task 1 begins, then task 2; both write to one file, and task 2 is held while task 1 waits at its gate. */
async function collide(
  policy: 'pause' | 'stack',
  scripts: Readonly<Record<string, string>>,
  more: (world: World) => NodeJS.ProcessEnv = () => ({}),
): Promise<Collision> {
  const world = await fiveTasks(['One', 'Two'], { files: configuration });
  const [one, two, first] = ['one', 'two', 'first'].map((name) => world.gate(name)) as [
    Gate,
    Gate,
    Gate,
  ];
  world.script({
    'agent-1': 'write shared.txt one; hold one; commit shared.txt one',
    'agent-2.1': 'commit own.txt; write shared.txt two; hold two; exit 9',
    ...scripts,
  });
  const running = startFlotilla({
    args: ['run', '../issue.md', '--agent', world.agent, '--plain', ...given(world, policy)],
    cwd: world.repository,
    env: { ...world.env, ...more(world) },
  });
  await running.until(one.arrived());
  first.open();
  await running.until(two.arrived());
  await running.printed("task 2  held: its work collides with task 1's in shared.txt");
  await running.printed('was stopped, held,');
  return { world, running, one };
}

/** The setup of task 2 waits until task 1 is at work. */
function given(world: World, policy: 'pause' | 'stack'): string[] {
  const gate = join(world.root, 'rig', 'first.open');
  const setup = `[ "$AGENT_ID" != agent-2 ] || read -r _ <'${gate}'`;
  return [
    ...['--stack', 'never', '--max-workers', '2', '--check', 'sh check.sh', '--setup', setup],
    ...['--force', '--on-conflict', policy],
  ];
}

test('with --on-conflict stack the later task waits, and goes on from the verified branch of the other', async () => {
  const { world, running, one } = await collide('stack', {
    'agent-2.2':
      'cp shared.txt "$rig/seen"; printf "one\\ntwo\\n" >shared.txt; git commit --quiet --all --no-edit',
  });
  await using _ = world;
  expect(taskOf(await readStatus(world), 2)).toMatchObject({ state: 'queued', failure: null });
  one.open();
  const ended = await running.ended;
  expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(0);
  expect(world.starts('agent-2')).toBe(2);
  // Nothing of what it had done is lost, and it saw both sides.
  expect(world.noted('seen')).toMatch(/<<<<<<< HEAD\ntwo\n[^]*=======\none\n>>>>>>> /u);
  expect(world.seen('agent-2', 'prompt', 2)).toContain('put on top of task 1');
  const status = await readStatus(world);
  const ref = refOf(status, 2);
  expect(world.git('show', `${ref}:shared.txt`)).toBe('one\ntwo\n');
  expect(world.git('show', `${ref}:own.txt`)).toContain('The work of agent-2');
  expect(world.git('merge-base', refOf(status, 1), ref)).toBe(
    world.git('rev-parse', refOf(status, 1)),
  );

  const merged = await world.flotilla('merge', 'local#1', '--yes', '--json');
  expect(merged.code, merged.stdout).toBe(0);
  expect(told(merged.stdout)).toMatchObject({ merged: [1, 2], union: { state: 'green' } });
  expect(world.git('show', 'flotilla/main:shared.txt')).toBe('one\ntwo\n');
  expect(world.starts('agent-2')).toBe(2);
}, 180_000);

test('with --on-conflict pause the later task waits, learns about the other, and continues where it was', async () => {
  const { world, running, one } = await collide('pause', {
    'agent-2.2': 'cp shared.txt "$rig/seen"; git checkout --quiet shared.txt; commit two.txt two',
  });
  await using _ = world;
  one.open();
  const ended = await running.ended;
  expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(0);
  expect(world.noted('seen')).toBe('two');
  const prompt = world.seen('agent-2', 'prompt', 2);
  expect(prompt).toContain('conflict with task 1');
  expect(prompt).toContain('`shared.txt`');
  const merged = await world.flotilla('merge', 'local#1', '--yes', '--json');
  expect(told(merged.stdout).merged).toEqual([1, 2]);
}, 180_000);

test('a held task whose orchestrator is killed still waits, and one whose other fails goes on alone', async () => {
  const { world, running } = await collide('stack', { 'agent-2.2': 'commit two.txt two' });
  await using _ = world;
  running.signal('SIGKILL');
  await running.ended;
  world.script({ 'agent-1': 'true' });
  const again = world.begin(...given(world, 'stack'), '--yes');
  await again.printed('taken over');
  expect(world.starts('agent-2')).toBe(1);
  await world.flotilla('cancel', 'local#1', '1');
  const ended = await again.ended;
  expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(2);
  const status = await readStatus(world);
  expect(status.tasks.map(({ state }) => state)).toEqual(['cancelled', 'completed']);
  expect(world.git('show', `${refOf(status, 2)}:shared.txt`)).toBe('two\n');
  expect(world.starts('agent-2')).toBe(2);
}, 180_000);

test('a task that was put on another one and throws that off again has failed', async () => {
  const { world, running, one } = await collide('stack', {
    'agent-2.2': 'git merge --abort; commit shared.txt mine',
  });
  await using _ = world;
  one.open();
  const ended = await running.ended;
  expect(ended.code, ended.stdout).toBe(2);
  const { failure } = taskOf(await readStatus(world), 2);
  expect(failure).toMatchObject({ reason: 'conflicted', type: 'FILE_CONFLICT' });
  expect(failure?.message).toContain('ended without the work of task 1');
}, 180_000);

/** Puts a git before the real one that ends the orchestrator right after it merged a branch into a worktree. */
function gitThatKills({ root, env }: World): NodeJS.ProcessEnv {
  const folder = join(root, 'git-that-kills');
  mkdirSync(folder);
  const realGit = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  const kills = `case "$*" in *"merge --no-ff"*) mkdir '${folder}/killed' && kill -9 $PPID;; esac`;
  const script = `#!/bin/sh\n'${realGit}' "$@"\ncode=$?\n${kills}\nexit $code\n`;
  writeFileSync(join(folder, 'git'), script);
  chmodSync(join(folder, 'git'), 0o755);
  return { PATH: `${folder}:${env['PATH']}` };
}

test('an orchestrator that is killed between putting a task on another one and writing that down does it once', async () => {
  const fixing = 'printf "one\\ntwo\\n" >shared.txt; git commit --quiet --all --no-edit';
  const { world, running, one } = await collide('stack', { 'agent-2.2': fixing }, gitThatKills);
  await using _ = world;
  one.open();
  expect((await running.ended).code).toBeNull();
  expect(existsSync(join(world.root, 'git-that-kills', 'killed'))).toBe(true);
  const again = await world.orchestrate(...given(world, 'stack'));
  expect(again.code, again.stdout).toBe(0);
  const status = await readStatus(world);
  expect(world.git('show', `${refOf(status, 2)}:shared.txt`)).toBe('one\ntwo\n');
  const merges = world.git('rev-list', '--merges', '--count', `main..${refOf(status, 2)}`);
  expect(merges.trim()).toBe('1');
  expect(world.starts('agent-2')).toBe(2);
}, 180_000);
