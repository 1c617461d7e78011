import { expect, test } from 'vitest';
import type { Running } from '../rig/flotilla.ts';
import { readStatus, taskOf } from '../rig/status.ts';
import { makeWorld, type World } from '../rig/world.ts';

function start(world: World, ...args: readonly string[]): Running {
  return world.begin(...args);
}

/** How many agents were started in all. */
function allStarts(world: World): number {
  return world.starts('agent-1') + world.starts('agent-2') + world.starts('agent-3');
}

test('the first Ctrl-C lets agents finish and starts no other; the same command goes on', async () => {
  await using world = await makeWorld({ issue: ['One', 'Two', 'Three'] });
  const gate = world.gate('held');
  world.script({ default: 'hold held; commit "work/$AGENT_ID.txt"' });
  const running = start(world, '--max-workers', '1');
  await running.until(gate.arrived());
  running.signal('SIGINT');
  await running.printed('Draining');
  gate.open();
  const ended = await running.ended;
  expect(ended.code, ended.stdout).toBe(130);
  expect(allStarts(world)).toBe(1);
  const stopped = await readStatus(world);
  expect(stopped.state).toBe('interrupted');
  expect(stopped.tasks.map(({ state }) => state).toSorted()).toEqual([
    'completed',
    'queued',
    'queued',
  ]);

  const again = await world.orchestrate('--max-workers', '1');
  expect(again.code, again.stdout).toBe(0);
  expect(allStarts(world)).toBe(3);
  expect((await readStatus(world)).state).toBe('succeeded');

  const idle = await world.orchestrate();
  expect(idle.code).toBe(0);
  expect(idle.stdout).toMatch(/nothing (?:is )?(?:left )?to do/iu);
  expect(allStarts(world)).toBe(3);
});

test('with nothing left to do, a run that has failed says so and fails again', async () => {
  await using world = await makeWorld({ issue: ['One', 'Two'] });
  world.script({ 'agent-2': 'exit 0' });
  expect((await world.orchestrate()).code).toBe(2);
  const again = await world.orchestrate();
  expect(again.code).toBe(2);
  expect(again.stdout).toContain('--retry');
  expect(world.starts('agent-2')).toBe(1);
});

test.each(['SIGINT twice', 'SIGTERM'])(
  '%s ends agents, keeps their work, and the same command goes on with it',
  async (how) => {
    await using world = await makeWorld({ issue: ['One', 'Two', 'Three'] });
    const gate = world.gate('held');
    world.script({ default: 'write "half/$AGENT_ID.txt"; hold held' });
    const running = start(world, '--max-workers', '2');
    await running.until(gate.arrived(2));
    if (how === 'SIGTERM') running.signal('SIGTERM');
    else {
      running.signal('SIGINT');
      await running.printed('Draining');
      running.signal('SIGINT');
    }
    const ended = await running.ended;
    expect(ended.code, ended.stdout).toBe(130);
    const stopped = await readStatus(world);
    expect(stopped.state).toBe('interrupted');
    expect(stopped.tasks.map(({ state }) => state)).toEqual(['queued', 'queued', 'queued']);

    world.script({
      default:
        'test ! -f "half/$AGENT_ID.txt" || echo "$AGENT_ID" >>"$rig/found"; commit "work/$AGENT_ID.txt"',
    });
    const again = await world.orchestrate('--max-workers', '2');
    expect(again.code, again.stdout).toBe(0);
    expect(world.noted('found').split('\n')).toHaveLength(2);
    const run = await readStatus(world);
    const [held] = world.noted('found').split('\n');
    const files = world.git(
      'ls-tree',
      '-r',
      '--name-only',
      `flotilla/${taskOf(run, Number(held?.slice(6))).branch}`,
    );
    expect(files).toContain(`half/${held}.txt`);
  },
);

test('agents outlive an orchestrator that is killed, and the same command takes them over', async () => {
  await using world = await makeWorld({ issue: ['One', 'Two'] });
  const gate = world.gate('held');
  world.script({ default: 'hold held; commit "work/$AGENT_ID.txt"' });
  const running = start(world, '--max-workers', '2');
  await running.until(gate.arrived(2));
  running.signal('SIGKILL');
  expect((await running.ended).code).toBeNull();
  const dead = await readStatus(world);
  expect(dead.state).toBe('interrupted');
  gate.open();
  const again = await world.orchestrate('--max-workers', '2');
  expect(again.code, again.stdout).toBe(0);
  expect(allStarts(world)).toBe(2);
});
