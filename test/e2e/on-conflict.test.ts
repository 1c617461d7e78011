import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fiveTasks, told } from '../rig/five-pull-requests.ts';
import type { Gate } from '../rig/gate.ts';
import { readStatus, refOf, taskOf } from '../rig/status.ts';
import type { World } from '../rig/world.ts';

const configuration = {
  '.claude/config/parallel-orchestration.json': JSON.stringify({
    monitoring: { radar_interval: 1 },
  }),
};

/** Task 1 begins, then task 2; both write to one file and wait at their gates. */
async function collide(): Promise<{ world: World; one: Gate; two: Gate }> {
  const world = await fiveTasks(['One', 'Two'], { files: configuration });
  const [one, two] = [world.gate('one'), world.gate('two')];
  world.script({
    'agent-1': 'write shared.txt one; hold one; commit shared.txt one',
    'agent-2.1': 'hold begun; commit own.txt; write shared.txt two; hold two; exit 9',
  });
  return { world, one, two };
}

const given = ['--stack', 'never', '--max-workers', '2', '--check', 'sh check.sh', '--force'];

test('with --on-conflict stack the later task waits, and goes on from the verified branch of the other', async () => {
  const { world, one, two } = await collide();
  await using _ = world;
  const begun = world.gate('begun');
  world.script({
    'agent-2.2':
      'cp shared.txt "$rig/seen"; printf "one\\ntwo\\n" >shared.txt; git commit --quiet --all --no-edit',
  });
  const running = world.begin(...given, '--on-conflict', 'stack');
  await running.until(Promise.all([one.arrived(), begun.arrived()]).then(() => undefined));
  begun.open();
  await running.until(two.arrived());
  await running.printed("held: its work collides with task 1's in shared.txt");
  await running.printed('was stopped, held,');
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

test('with --on-conflict pause the later task waits, is told of the other, and goes on where it was', async () => {
  const { world, one, two } = await collide();
  await using _ = world;
  const begun = world.gate('begun');
  world.script({
    'agent-2.2': 'cp shared.txt "$rig/seen"; git checkout --quiet shared.txt; commit two.txt two',
  });
  const running = world.begin(...given, '--on-conflict', 'pause');
  await running.until(Promise.all([one.arrived(), begun.arrived()]).then(() => undefined));
  begun.open();
  await running.until(two.arrived());
  await running.printed('was stopped, held,');
  one.open();
  const ended = await running.ended;
  expect(ended.code, `${ended.stdout}${ended.stderr}`).toBe(0);
  expect(world.noted('seen')).toBe('two');
  const prompt = world.seen('agent-2', 'prompt', 2);
  expect(prompt).toContain('collided with that of task 1');
  expect(prompt).toContain('`shared.txt`');
  const merged = await world.flotilla('merge', 'local#1', '--yes', '--json');
  expect(told(merged.stdout).merged).toEqual([1, 2]);
}, 180_000);

test('a held task whose orchestrator is killed still waits, and one whose other fails goes on alone', async () => {
  const { world, one, two } = await collide();
  await using _ = world;
  const begun = world.gate('begun');
  world.script({ 'agent-2.2': 'commit two.txt two' });
  const running = world.begin(...given, '--on-conflict', 'stack');
  await running.until(Promise.all([one.arrived(), begun.arrived()]).then(() => undefined));
  begun.open();
  await running.until(two.arrived());
  await running.printed('was stopped, held,');
  running.signal('SIGKILL');
  await running.ended;
  world.script({ 'agent-1': 'true' });
  const again = world.begin(...given, '--on-conflict', 'stack', '--yes');
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
  const { world, one, two } = await collide();
  await using _ = world;
  const begun = world.gate('begun');
  world.script({ 'agent-2.2': 'git merge --abort; commit shared.txt mine' });
  const running = world.begin(...given, '--on-conflict', 'stack');
  await running.until(Promise.all([one.arrived(), begun.arrived()]).then(() => undefined));
  begun.open();
  await running.until(two.arrived());
  await running.printed('was stopped, held,');
  one.open();
  const ended = await running.ended;
  expect(ended.code, ended.stdout).toBe(2);
  const { failure } = taskOf(await readStatus(world), 2);
  expect(failure).toMatchObject({ reason: 'conflicted', type: 'FILE_CONFLICT' });
  expect(failure?.message).toContain('ended without the work of task 1');
}, 180_000);

test('an orchestrator that is killed between putting a task on another one and writing that down does it once', async () => {
  const { world, one, two } = await collide();
  await using _ = world;
  const begun = world.gate('begun');
  world.script({
    'agent-2.2': 'printf "one\ntwo\n" >shared.txt; git commit --quiet --all --no-edit',
  });
  const folder = join(world.root, 'git-that-kills');
  mkdirSync(folder);
  const realGit = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  const kills = `case "$*" in *"merge --no-ff"*) mkdir '${folder}/killed' && kill -9 $PPID;; esac`;
  writeFileSync(
    join(folder, 'git'),
    `#!/bin/sh\n'${realGit}' "$@"\ncode=$?\n${kills}\nexit $code\n`,
  );
  chmodSync(join(folder, 'git'), 0o755);
  const path = world.env['PATH'];
  world.env['PATH'] = `${folder}:${path}`;
  const running = world.begin(...given, '--on-conflict', 'stack');
  world.env['PATH'] = path;
  await running.until(Promise.all([one.arrived(), begun.arrived()]).then(() => undefined));
  begun.open();
  await running.until(two.arrived());
  await running.printed('was stopped, held,');
  one.open();
  expect((await running.ended).code).toBeNull();
  expect(existsSync(join(folder, 'killed'))).toBe(true);
  const again = await world.orchestrate(...given, '--on-conflict', 'stack');
  expect(again.code, again.stdout).toBe(0);
  const status = await readStatus(world);
  expect(world.git('show', `${refOf(status, 2)}:shared.txt`)).toBe('one\ntwo\n');
  const merges = world.git('rev-list', '--merges', '--count', `main..${refOf(status, 2)}`);
  expect(merges.trim()).toBe('1');
  expect(world.starts('agent-2')).toBe(2);
}, 180_000);
