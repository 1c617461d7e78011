import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { JournalEvent } from '../../src/model/event/event.ts';
import { processesOf } from '../rig/nothing-left.ts';
import { readStatus, refOf, taskOf } from '../rig/status.ts';
import { makeWorld, type World } from '../rig/world.ts';

function workspaceIn(events: readonly JournalEvent[]): { path: string; branch: string } {
  const intended = events.find((event) => event.type === 'workspace-intended');
  if (intended === undefined) throw new Error('No workspace was made');
  return intended;
}

function eventsSoFar(stdout: string): JournalEvent[] {
  const lines = stdout.split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as JournalEvent);
}

/** Starts a run of one task, and ends its orchestrator when the agent stands at the gate. */
async function endedAtTheGate(
  world: World,
  signal: 'SIGKILL' | 'SIGTERM',
): Promise<{ path: string; branch: string; open: () => void }> {
  const gate = world.gate('gate');
  const run = world.start('orchestrate', '../issue.md', '--agent', world.agent, '--json');
  await gate.arrived();
  run.signal(signal);
  await run.ended;
  return { ...workspaceIn(eventsSoFar(run.soFar())), open: gate.open };
}

function gitIn(world: World, path: string, ...args: readonly string[]): string {
  return execFileSync('git', ['-C', path, ...args], { env: world.env, encoding: 'utf8' });
}

test('a workspace that was deleted by hand is made again, and what was committed in it is kept', async () => {
  await using world = await makeWorld();
  world.script({ 'agent-1.1': 'commit first.txt\nhold gate', 'agent-1': 'commit second.txt' });
  const { path } = await endedAtTheGate(world, 'SIGTERM');
  const first = gitIn(world, path, 'rev-parse', 'HEAD').trim();
  const clone = join(path, '..', '..', 'clone.git');
  rmSync(path, { recursive: true });
  const again = await world.orchestrate();
  expect(again.code, again.stdout).toBe(0);
  const status = await readStatus(world);
  expect(world.git('diff', '--name-only', 'main', refOf(status, 1))).toBe('second.txt\n');
  expect(gitIn(world, clone, 'for-each-ref', '--contains', first)).toContain('salvage');
});

test('work whose workspace was deleted before anybody verified it is done again', async () => {
  await using world = await makeWorld();
  world.script({ 'agent-1.1': 'commit first.txt\nhold gate', 'agent-1': 'commit second.txt' });
  const { path, open } = await endedAtTheGate(world, 'SIGKILL');
  rmSync(path, { recursive: true });
  open();
  const again = await world.orchestrate();
  expect(again.code, again.stdout).toBe(0);
  expect(taskOf(await readStatus(world), 1)).toMatchObject({ state: 'completed', attempt: 2 });
});

test('a branch that was moved by hand in our clone loses none of the work', async () => {
  await using world = await makeWorld();
  world.script({ default: 'commit first.txt\nwrite second.txt\nhold gate' });
  const { path, branch, open } = await endedAtTheGate(world, 'SIGKILL');
  gitIn(world, path, 'update-ref', `refs/heads/${branch}`, 'HEAD~1');
  open();
  const again = await world.orchestrate();
  expect(again.code, again.stdout).toBe(0);
  const status = await readStatus(world);
  expect(world.git('diff', '--name-only', 'main', refOf(status, 1))).toBe(
    'first.txt\nsecond.txt\n',
  );
});

test.each([
  ['deletes .git', 'rm -rf .git'],
  [
    'puts a repository of its own in our place',
    'rm -rf .git\ngit init --quiet\ngit add --all\ngit commit --quiet --message Mine',
  ],
])(
  'an agent that %s fails its own task; its files are kept, and a retry works',
  async (_what, script) => {
    await using world = await makeWorld({ issue: ['Destroy', 'Work'] });
    // A repository around the state, such as one for dotfiles: git would find it.
    execFileSync('git', ['init', '--quiet', world.root], { env: world.env });
    world.script({ 'agent-1.1': `write precious.txt\n${script}`, 'agent-1': 'commit done.txt' });
    const ended = await world.flotilla(
      ...['orchestrate', '../issue.md', '--force', '--agent', world.agent, '--json'],
    );
    expect(ended.code, ended.stdout).toBe(2);
    const { path } = workspaceIn(ended.events());
    const status = await readStatus(world);
    expect(status.tasks.map(({ state }) => state)).toEqual(['failed', 'completed']);
    expect(taskOf(status, 1).failure?.reason).toBe('agent-failed');
    expect(taskOf(status, 1).failure?.message).toContain('.git was deleted');
    expect(readFileSync(join(path, 'precious.txt'), 'utf8')).toContain('The work of agent-1');
    expect(gitIn(world, world.root, 'rev-list', '--all')).toBe('');

    const again = await world.orchestrate('--retry');
    expect(again.code, again.stdout).toBe(0);
    const clone = join(path, '..', '..', 'clone.git');
    const salvaged = gitIn(world, clone, 'for-each-ref', '--format=%(refname)', '**/salvage/**');
    expect(gitIn(world, clone, 'show', `${salvaged.trim().split('\n')[0]}:precious.txt`)).toContain(
      'The work of agent-1',
    );
  },
);

test('what an agent starts in a session of its own, deaf to TERM, is gone after the run', async () => {
  await using world = await makeWorld();
  const deaf = `trap "" TERM HUP INT; echo $$ >"$1/escaped"; while :; do sleep 1; done`;
  world.script({
    default: `setsid sh -c '${deaf}' escaped "$rig" &
until [ -s "$rig/escaped" ]; do sleep 0.05; done
commit done.txt`,
  });
  const ended = await world.orchestrate();
  expect(ended.code, ended.stdout).toBe(0);
  expect(Number(world.noted('escaped'))).toBeGreaterThan(1);
  expect(processesOf(world.root)).toEqual([]);
});
