import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { startFlotilla } from '../rig/flotilla.ts';
import { readStatus, taskOf } from '../rig/status.ts';
import { makeWorld, type World } from '../rig/world.ts';

const jumpClock = new URL('../rig/jump-clock.ts', import.meta.url).href;

function heldNames(world: World): string[] {
  const file = join(world.stateHome, 'flotilla', 'holds.sqlite');
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return database
      .prepare('SELECT name FROM holds')
      .all()
      .map(({ name }) => String(name).replace(/:.*/u, ''))
      .toSorted();
  } finally {
    database.close();
  }
}

test('a wall clock that jumps eight hours ahead ends no agent and frees nothing that is held', async () => {
  await using world = await makeWorld({ env: { AMPLIHACK_STATUS_INTERVAL: '1' } });
  world.script({ default: 'hold gate\ncommit done.txt' });
  const gate = world.gate('gate');
  const order = ['orchestrate', '../issue.md', '--agent', world.agent];
  const run = startFlotilla({
    args: [...order, '--json', '--timeout', '3600', '--stall', '600', '--run-timeout', '3600'],
    cwd: world.repository,
    env: { ...world.env, NODE_OPTIONS: `--import=${jumpClock}` },
  });
  await gate.arrived();
  await run.printed('"type":"heartbeat"');
  // An event of that hour, or of the next one when this one is about to end.
  const later = [8, 9].map((hours) => new Date(Date.now() + hours * 3_600_000));
  await Promise.any(later.map((time) => run.printed(`"at":"${time.toISOString().slice(0, 13)}`)));
  const held = heldNames(world);
  expect(held).toEqual(['port', 'port', 'run']);
  const other = await world.flotilla(...order);
  expect(other.stderr).toContain('already being worked on');
  expect(heldNames(world)).toEqual(held);
  gate.open();
  const ended = await run.ended;
  expect(ended.code, ended.stdout).toBe(0);

  const events = ended.events();
  const [first, last] = [events[0], events.at(-1)].map((event) => Date.parse(event?.at ?? ''));
  expect((last ?? 0) - (first ?? 0)).toBeGreaterThan(7 * 3_600_000);
  expect(events.filter(({ type }) => type === 'attempt-stalled')).toEqual([]);
  for (const event of events)
    if (event.type === 'heartbeat') expect(event.silentSeconds).toBeLessThan(60);
  expect(taskOf(await readStatus(world), 1)).toMatchObject({ state: 'completed', attempt: 1 });
});
