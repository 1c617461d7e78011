import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startFlotilla, type Running } from '../rig/flotilla.ts';
import { processesOf } from '../rig/nothing-left.ts';
import { readStatus } from '../rig/status.ts';
import { makeWorld, type World } from '../rig/world.ts';

function start(world: World, ...args: readonly string[]): Running {
  return world.begin(...args);
}

/** A shell command that says at a gate that it runs, and ends only when it is ended. */
function runsOn(world: World, gate: string): string {
  return `{ echo here >${join(world.root, 'rig', `${gate}.arrived`)}; sleep 1000; }`;
}

async function statesOf(world: World): Promise<string[]> {
  return (await readStatus(world)).tasks.map(({ state }) => state);
}

test('a task that was started again is cancelled when the command says so', async () => {
  await using world = await makeWorld();
  const gate = world.gate('held');
  // What ignores TERM takes a while to end: who does not wait for it is found out.
  world.script({ 'agent-1.1': 'exit 3', 'agent-1': "trap '' TERM; hold held" });
  expect((await world.orchestrate()).code).toBe(2);
  const again = start(world, '--retry');
  await again.until(gate.arrived());
  const { code, stdout } = await world.flotilla('cancel', '../issue.md');
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^Cancelled in \S+: task 1\./u)]);
  expect(await statesOf(world)).toEqual(['cancelled']);
  expect((await again.ended).code).toBe(130);
});

test('tasks that wait for a place are cancelled at once, and the others go on', async () => {
  await using world = await makeWorld({ issue: ['One', 'Two', 'Three', 'Four'] });
  const gate = world.gate('held');
  world.script({ default: 'hold held; commit "work/$AGENT_ID.txt"' });
  const running = start(world, '--max-workers', '1');
  await running.until(gate.arrived());
  const { tasks } = await readStatus(world);
  const waiting = tasks.filter(({ state }) => state === 'queued').map(({ ordinal }) => ordinal);
  expect(waiting).toHaveLength(3);
  const begun = performance.now();
  const { code, stdout } = await world.flotilla('cancel', '../issue.md', ...waiting.map(String));
  expect([code, stdout]).toEqual([0, expect.stringContaining(`task ${waiting.join(', ')}.`)]);
  expect(performance.now() - begun).toBeLessThan(10_000);
  expect((await statesOf(world)).toSorted()).toEqual([
    'cancelled',
    'cancelled',
    'cancelled',
    'running',
  ]);
  gate.open();
  await running.ended;
  expect((await statesOf(world)).filter((state) => state === 'completed')).toHaveLength(1);
});

test('a task that was not chosen, with an agent of a dead orchestrator, is ended with its agent', async () => {
  await using world = await makeWorld({ issue: ['One', 'Two'] });
  const gate = world.gate('held');
  world.script({ default: 'hold held; commit "work/$AGENT_ID.txt"' });
  const dead = start(world, '--max-workers', '2');
  await dead.until(gate.arrived(2));
  dead.signal('SIGKILL');
  await dead.ended;
  const running = start(world, '--tasks', '1');
  await running.printed('taken over');
  const { code, stdout } = await world.flotilla('cancel', '../issue.md', '2');
  expect([code, stdout]).toEqual([0, expect.stringContaining('task 2.')]);
  expect(await statesOf(world)).toEqual(['running', 'cancelled']);
  gate.open();
  await running.ended;
  expect(await statesOf(world)).toEqual(['completed', 'cancelled']);
});

test('a run whose base is being checked is cancelled without waiting for the check', async () => {
  await using world = await makeWorld();
  const gate = world.gate('check');
  world.script({ default: 'commit one.txt' });
  const running = start(world, '--check', runsOn(world, 'check'));
  await running.until(gate.arrived());
  const { code, stdout } = await world.flotilla('cancel', '../issue.md');
  expect([code, stdout]).toEqual([0, expect.stringContaining('task 1.')]);
  expect((await running.ended).code).toBe(130);
  expect(await statesOf(world)).toEqual(['cancelled']);
});

test.each([
  ['the base', ''],
  ['a task', 'test ! -e one.txt || '],
])('the check of %s that outlived its orchestrator is ended', async (_what, unless) => {
  await using world = await makeWorld();
  const gate = world.gate('check');
  world.script({ default: 'commit one.txt' });
  const running = start(world, '--check', `${unless}${runsOn(world, 'check')}`);
  await running.until(gate.arrived());
  running.signal('SIGKILL');
  await running.ended;
  expect(processesOf(world.root).join('\n')).toContain('sleep 1000');
  expect((await world.flotilla('cancel', '../issue.md')).code).toBe(0);
  expect(processesOf(world.root)).toEqual([]);
  expect(await readStatus(world)).toMatchObject({ state: 'cancelled' });
});

test('a keeper that comes late finds the attempt of a cancelled task taken', async () => {
  await using twin = await makeWorld();
  const whole = (await twin.orchestrate('--json')).events();
  const intended = whole.findIndex(({ type }) => type === 'attempt-intended') + 1;
  await using world = await makeWorld();
  const rig = new URL('../rig/die-at-event.ts', import.meta.url).href;
  await startFlotilla({
    args: ['orchestrate', '../issue.md', '--agent', world.agent, '--plain'],
    cwd: world.repository,
    env: { ...world.env, NODE_OPTIONS: `--import ${rig}`, DIE_AT_EVENT: String(intended) },
  }).ended;
  expect((await world.flotilla('cancel', '../issue.md')).code).toBe(0);
  const state = readdirSync(world.stateHome, { recursive: true, encoding: 'utf8' });
  expect(state.filter((path) => path.endsWith('attempt-1/claim'))).toHaveLength(1);
  expect(world.starts('agent-1')).toBe(0);
});

test('an orchestrator that does not answer is waited for; when it dies, the command ends the task itself', async () => {
  await using world = await makeWorld();
  const gate = world.gate('held');
  world.script({ default: 'hold held' });
  const running = start(world);
  await running.until(gate.arrived());
  running.signal('SIGSTOP');
  const unanswered = await world.flotilla('cancel', '../issue.md');
  expect([unanswered.code, unanswered.stdout]).toEqual([9, '']);
  expect(unanswered.stderr).toContain('Not cancelled yet');
  const again = world.start('cancel', '../issue.md');
  running.signal('SIGKILL');
  const { code, stdout } = await again.ended;
  expect([code, stdout]).toEqual([0, expect.stringContaining('task 1.')]);
  expect(await statesOf(world)).toEqual(['cancelled']);
}, 90_000);
