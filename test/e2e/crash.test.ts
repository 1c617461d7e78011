import { expect, test } from 'vitest';
import type { JournalEvent } from '../../src/model/event/event.ts';
import { readStatus, refOf, taskOf } from '../rig/status.ts';
import { makeWorld, type World } from '../rig/world.ts';

const five = ['One', 'Two', 'Three', 'Four', 'Five'];

function adopted(events: readonly JournalEvent[]): string[] {
  return events.flatMap((event) => (event.type === 'attempt-adopted' ? [event.found] : []));
}

function asEvents(world: World, workers: number): readonly string[] {
  const agent = ['--agent', world.agent, '--max-workers', String(workers)];
  return ['orchestrate', '../issue.md', '--force', '--json', ...agent];
}

test.each(['SIGKILL', 'SIGHUP'] as const)(
  'five agents outlive their orchestrator (%s), and the next one takes them over: each was started once',
  async (signal) => {
    await using world = await makeWorld({ issue: five });
    world.script({ default: 'hold gate\ncommit "work/$AGENT_ID.txt"' });
    const gate = world.gate('gate');
    const args = asEvents(world, 5);
    const first = world.start(...args);
    await gate.arrived(5);
    first.signal(signal);
    expect((await first.ended).code).toBeNull();

    const between = await world.flotilla('status');
    expect(between.stdout).toContain('is interrupted');
    expect(between.stdout).toContain('Continue with: flotilla orchestrate');

    const second = world.start(...args);
    for (const task of [1, 2, 3, 4, 5])
      await second.printed(`"type":"attempt-adopted","task":${task}`);
    gate.open();
    const ended = await second.ended;
    expect(ended.code, ended.stderr).toBe(0);
    expect(adopted(ended.events())).toEqual(['alive', 'alive', 'alive', 'alive', 'alive']);
    const run = await readStatus(world);
    for (const { ordinal, attempt, branch } of run.tasks) {
      expect(attempt).toBe(1);
      expect(world.starts(`agent-${ordinal}`)).toBe(1);
      expect(world.git('log', '--format=%s', `main..flotilla/${branch}`)).toBe(
        `Add work/agent-${ordinal}.txt\n`,
      );
    }
  },
);

test('what agents finished while nobody looked is taken, not done again', async () => {
  await using world = await makeWorld({ issue: ['One', 'Two'] });
  world.script({ default: 'hold gate\ncommit "work/$AGENT_ID.txt"\nhold after' });
  const [gate, after] = [world.gate('gate'), world.gate('after')];
  const args = asEvents(world, 2);
  const first = world.start(...args);
  await gate.arrived(2);
  first.signal('SIGKILL');
  await first.ended;
  gate.open();
  await after.arrived(2);
  after.open();
  const ended = await world.flotilla(...args);
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.events().filter(({ type }) => type === 'attempt-started')).toEqual([]);
  expect([world.starts('agent-1'), world.starts('agent-2')]).toEqual([1, 1]);
});

test('an agent whose keeper is killed is ended, and the task is tried once more by itself', async () => {
  await using world = await makeWorld({ issue: ['One'] });
  world.script({ 'agent-1.1': 'write half.txt\nhold gate', 'agent-1': 'commit whole.txt' });
  const gate = world.gate('gate');
  const run = world.start('orchestrate', '../issue.md', '--agent', world.agent, '--json');
  await gate.arrived();
  const started = eventsSoFar(run.soFar()).find((event) => event.type === 'attempt-started');
  process.kill(started?.keeper.pid ?? 0, 'SIGKILL');
  const ended = await run.ended;
  expect(ended.code, ended.stderr).toBe(0);
  const results = ended
    .events()
    .flatMap((event) => (event.type === 'attempt-ended' ? [event.result.kind] : []));
  expect(results).toEqual(['lost', 'exited']);
  expect(world.seen('agent-1', 'prompt', 2)).toContain('An earlier attempt did not succeed');
  const status = await readStatus(world);
  // What the first one left is its work: nothing of it is lost.
  expect(world.git('ls-tree', '-r', '--name-only', refOf(status, 1)).split('\n')).toEqual(
    expect.arrayContaining(['half.txt', 'whole.txt']),
  );
});

function eventsSoFar(stdout: string): JournalEvent[] {
  const lines = stdout.split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as JournalEvent);
}

test('a run that is over its own time ends with exit 6, and goes on at the next start', async () => {
  await using world = await makeWorld({ issue: ['One'] });
  world.script({ 'agent-1.1': 'commit early.txt\nsleep 1000', 'agent-1': 'commit late.txt' });
  const ended = await world.orchestrate('--run-timeout', '3');
  expect(ended.code, ended.stdout).toBe(6);
  const again = await world.orchestrate();
  expect(again.code, again.stdout).toBe(0);
  expect(world.seen('agent-1', 'prompt', 2)).toContain('Continue where you were stopped');
  expect(taskOf(await readStatus(world), 1).commits).toBe(2);
});
