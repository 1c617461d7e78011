import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { JournalEvent } from '../../src/model/event/event.ts';
import { readStatus, refOf } from '../rig/status.ts';
import { makeWorld, type World } from '../rig/world.ts';

const dieAtEvent = new URL('../rig/die-at-event.ts', import.meta.url).href;

/** A check that takes a moment, so that there is something to compare. */
const plain = ['orchestrate', '../issue.md', '--force', '--json', '--check', 'sleep 0.2'];

function options(world: World, ...more: readonly string[]): readonly string[] {
  return [...plain, '--agent', world.agent, '--max-workers', '2', ...more];
}

function outcomes(events: readonly JournalEvent[]): string[] {
  return events.flatMap((event) =>
    event.type === 'control-ended' ? [`${event.task} ${event.outcome.kind}`] : [],
  );
}

async function measured(world: World): Promise<Record<string, unknown>> {
  const { stdout } = await world.flotilla('metrics', '--json');
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** What is left of workspaces, by their folders' names. */
function workspaces(world: World): string[] {
  const home = join(world.stateHome, 'flotilla');
  return readdirSync(home)
    .map((name) => join(home, name, 'workspaces'))
    .flatMap((path) => (existsSync(path) ? readdirSync(path) : []));
}

const notMeasured = { speedupBasis: 'estimated', contention: null, controls: 0 };

test('a task runs a second time alone, is measured, and leaves nothing but its time', async () => {
  await using world = await makeWorld({ issue: ['One', 'Two'] });
  // The second time each makes another file, so that nothing of it can be taken for the first.
  world.script({ default: 'commit "work/$AGENT_ID-$attempt.txt"' });
  const first = await world.start(...options(world, '--solo-control', '1')).ended;
  expect(first.code, first.stderr).toBe(0);
  const types = first.events().map(({ type }) => type);
  const [begun, done] = [types.indexOf('control-intended'), types.indexOf('control-ended')];
  expect(begun).toBeGreaterThan(types.lastIndexOf('task-completed'));
  expect(done).toBeGreaterThan(begun);
  expect(types.at(-1)).toBe('run-ended');
  expect(outcomes(first.events())).toEqual([expect.stringMatching(/^[12] measured$/u)]);
  expect(world.starts('agent-1') + world.starts('agent-2')).toBe(3);
  const again = world.starts('agent-1') === 2 ? 'agent-1' : 'agent-2';
  expect(world.seen(again, 'prompt', 2)).toBe(world.seen(again, 'prompt', 1));

  const run = await readStatus(world);
  expect(run.tasks.map(({ attempt, commits }) => [attempt, commits])).toEqual([
    [1, 1],
    [1, 1],
  ]);
  for (const ordinal of [1, 2])
    expect(world.git('diff', '--name-only', 'main', refOf(run, ordinal))).toBe(
      `work/agent-${ordinal}-1.txt\n`,
    );
  expect(workspaces(world)).toEqual([]);
  const found = await measured(world);
  expect(found).toMatchObject({ speedupBasis: 'measured', controls: 1 });
  expect(found['contention']).toBeGreaterThan(0);
  expect(found['speedup']).toBeLessThanOrEqual(2);
  expect((await world.flotilla('metrics')).stdout).toMatch(
    /Speedup .+ measured: [^]+Contention +\d\.\d\dx +1 task,/u,
  );

  // Asked for afterwards, only what is missing is run, and the run's own time stays what it was.
  const later = await world.start(...options(world, '--solo-control', '2')).ended;
  expect(later.code, later.stderr).toBe(0);
  expect(outcomes(later.events())).toHaveLength(1);
  expect(await measured(world)).toMatchObject({
    ...{ runs: 1, speedupBasis: 'measured', controls: 2 },
    parallelMinutes: found['parallelMinutes'],
  });
  const idle = await world.start(...options(world, '--solo-control', '2')).ended;
  expect(idle.stderr).toContain('Nothing left to do');
  expect(world.starts('agent-1') + world.starts('agent-2')).toBe(4);
}, 90_000);

test('a control whose orchestrator is killed is not measured, and nothing of it is left', async () => {
  await using world = await makeWorld({ issue: ['One'] });
  world.script({ 'agent-1.2': 'hold alone\ncommit late.txt' });
  const alone = world.gate('alone');
  const killed = world.start(...options(world, '--solo-control', '1'));
  await killed.until(alone.arrived());
  killed.signal('SIGKILL');
  await killed.ended;
  expect(workspaces(world)).toEqual([expect.stringMatching(/-task-1-solo$/u)]);

  const next = await world.start(...options(world, '--solo-control', '1')).ended;
  expect(next.code, next.stderr).toBe(0);
  expect(next.stderr).toContain('Measured alone: 0 tasks of the 1 asked for');
  expect(outcomes(next.events())).toEqual(['1 cut-short']);
  expect(world.starts('agent-1')).toBe(2);
  expect(workspaces(world)).toEqual([]);
  expect(await readStatus(world)).toMatchObject({ state: 'succeeded' });
  expect(await measured(world)).toMatchObject({ successRate: 1, ...notMeasured });
}, 60_000);

test.each([
  ['DIE_BEFORE_EVENT', 'control-intended', '1 measured', 2],
  ['DIE_AFTER_EVENT', 'control-intended', '1 cut-short', 1],
  ['DIE_BEFORE_EVENT', 'control-ended', '1 cut-short', 2],
  ['DIE_AFTER_EVENT', 'control-ended', null, 2],
] as const)(
  'a death at a control (%s %s) pays for nothing twice',
  async (when, type, outcome, starts) => {
    await using world = await makeWorld({ issue: ['One'] });
    const dying = { [when]: type, NODE_OPTIONS: `--import=${dieAtEvent}` };
    Object.assign(world.env, dying);
    const killed = await world.start(...options(world, '--solo-control', '1')).ended;
    expect(killed.code, killed.stderr).toBeNull();
    for (const name of Object.keys(dying)) delete world.env[name];
    const next = await world.start(...options(world, '--solo-control', '1')).ended;
    expect(next.code, next.stderr).toBe(0);
    expect(outcomes(next.events())).toEqual(outcome === null ? [] : [outcome]);
    expect(world.starts('agent-1')).toBe(starts);
    expect(workspaces(world)).toEqual([]);
    expect(await readStatus(world)).toMatchObject({ state: 'succeeded' });
  },
  60_000,
);

test.each(['a living', 'a dead'] as const)(
  'cancelling ends the controls of %s orchestrator, and the run stays what it was',
  async (which) => {
    await using world = await makeWorld({ issue: ['One', 'Two'] });
    world.script({ 'agent-1.2': 'hold alone', 'agent-2.2': 'hold alone' });
    const alone = world.gate('alone');
    const running = world.start(...options(world, '--solo-control', '2'));
    await running.until(alone.arrived());
    if (which === 'a dead') {
      running.signal('SIGKILL');
      await running.ended;
    }
    const cancelled = await world.flotilla('cancel', '../issue.md');
    expect(cancelled.stdout).toContain('is not measured');
    const ended = await running.ended;
    expect(ended.code, ended.stderr).toBe(which === 'a dead' ? null : 0);
    expect(await readStatus(world)).toMatchObject({ state: 'succeeded' });
    expect(world.starts('agent-1') + world.starts('agent-2')).toBe(3);
    expect(workspaces(world)).toEqual([]);
    expect(await measured(world)).toMatchObject(notMeasured);
  },
  60_000,
);

test('a drain lets the control that runs finish, and starts no other', async () => {
  await using world = await makeWorld({ issue: ['One', 'Two'] });
  world.script({
    'agent-1.2': 'hold alone\ncommit again.txt',
    'agent-2.2': 'hold alone\ncommit again.txt',
  });
  const alone = world.gate('alone');
  const running = world.start(...options(world, '--solo-control', '2'));
  await running.until(alone.arrived());
  running.signal('SIGINT');
  await running.printed('drain-requested');
  alone.open();
  const ended = await running.ended;
  expect(ended.code, ended.stderr).toBe(0);
  expect(outcomes(ended.events())).toEqual([expect.stringContaining('measured')]);
  expect(await measured(world)).toMatchObject({ speedupBasis: 'measured', controls: 1 });
}, 60_000);

test('what a control costs counts, also when it comes to nothing, and ends them when it is too much', async () => {
  await using world = await makeWorld({ issue: ['One', 'Two', 'Three'] });
  const bin = join(world.home, 'bin');
  mkdirSync(bin);
  const program = `#!/bin/sh
[ "$1" = --version ] && { echo '2.1.330 (Claude Code)'; exit; }
cat >/dev/null
echo started >>'${world.root}/started'
cost=0.1
if [ $(wc -l <'${world.root}/started') -gt 3 ]; then cost=0.5
else echo x >"$AGENT_ID.txt"; git add -A; git commit -qm Work; fi
echo '{"type":"result","subtype":"success","is_error":false,"result":"ok","total_cost_usd":'$cost'}'
`;
  writeFileSync(join(bin, 'claude'), program, { mode: 0o755 });
  world.env['PATH'] = `${bin}:${world.env['PATH']}`;
  const args = ['--agent', 'claude', '--solo-control', '3', '--max-cost', '0.7'];
  const ended = await world.start(...plain, ...args).ended;
  expect(ended.code, ended.stderr).toBe(0);
  // All three could be run again, and the first of them spent what was left.
  expect(outcomes(ended.events())).toEqual([expect.stringMatching(/ failed$/u)]);
  expect(await measured(world)).toMatchObject({
    ...{ costUsd: 0.8, controlCostUsd: 0.5, successRate: 1, minutesLost: [] },
    ...notMeasured,
  });
  const run = await readStatus(world);
  const dearest = Math.max(...run.tasks.map(({ costUsd }) => costUsd ?? 0));
  expect(dearest).toBeCloseTo(0.6, 5);
  expect((await world.flotilla('metrics')).stdout).toMatch(/Of it, controls +\$0\.50/u);
}, 60_000);

test('a control asks nobody: it gets the answers of the first time, and otherwise none', async () => {
  await using world = await makeWorld({ issue: ['Choose'] });
  const ask = (words: string): string =>
    `"$FLOTILLA_ASK" "${words}" >>answers.txt; echo $? >>answers.txt`;
  const asks = `${ask('Which colour?')}; [ "$attempt" = 1 ] || { ${ask('Which other?')}; }`;
  world.script({ default: `${asks}; cp answers.txt "$rig/$attempt.answers"; commit done.txt` });
  const running = world.start(...options(world, '--solo-control', '1'));
  await running.printed('question-asked');
  expect((await world.flotilla('answer', 'local#1', '1', 'red')).code).toBe(0);
  const ended = await running.ended;
  expect(ended.code, ended.stderr).toBe(0);
  expect(outcomes(ended.events())).toEqual(['1 measured']);
  expect(ended.events().filter(({ type }) => type === 'question-asked')).toHaveLength(1);
  expect(world.noted('1.answers')).toBe('red\n0');
  expect(world.noted('2.answers')).toMatch(/^red\n0\nNobody answered in time[^]*\n3$/u);
}, 60_000);
