import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readStatus, taskOf } from '../rig/status.ts';
import { makeWorld, type World } from '../rig/world.ts';

test('an agent that hangs is reported, then ended, tried once more, and failed as stalled; its work is kept', async () => {
  await using world = await makeWorld({ issue: ['Hang'] });
  world.script({ default: 'write kept.txt precious\nsleep 1000' });
  const ended = await world.flotilla(
    'orchestrate',
    '../issue.md',
    '--agent',
    world.agent,
    '--json',
    '--stall',
    '1',
  );
  expect(ended.code).toBe(2);
  const told = ended.events().map(({ type }) => type);
  expect(told.filter((type) => type === 'attempt-stalled')).toHaveLength(2);
  expect(world.starts('agent-1')).toBe(2);
  expect(taskOf(await readStatus(world), 1).failure).toMatchObject({
    reason: 'stalled',
    type: 'TIMEOUT',
  });
  const intended = ended.events().find((event) => event.type === 'workspace-intended');
  expect(readFileSync(join(intended?.path ?? '', 'kept.txt'), 'utf8')).toBe('precious\n');
});

test.each([
  ['computes', `node -e 'const end = Date.now() + 4000; while (Date.now() < end);'`],
  ['writes files', 'for i in 1 2 3 4 5 6 7 8; do echo $i > file.txt; sleep 0.5; done'],
  ['prints', 'for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.5; done'],
])('an agent that only %s is alive', async (_what, script) => {
  await using world = await makeWorld({ issue: ['Work long'] });
  world.script({ default: `${script}\ncommit done.txt` });
  const ended = await world.flotilla(
    'orchestrate',
    '../issue.md',
    '--agent',
    world.agent,
    '--json',
    '--stall',
    '1.6',
  );
  expect(ended.code, ended.stderr).toBe(0);
  expect(world.starts('agent-1')).toBe(1);
});

test('an agent that floods its output fills neither the disk nor its log', async () => {
  await using world = await makeWorld({ issue: ['Flood'] });
  world.script({ default: 'yes "a line of no interest" | head -c 260000000\ncommit done.txt' });
  const ended = await world.orchestrate();
  expect(ended.code, ended.stdout).toBe(0);
  const logs = join(world.repository, '.claude', 'runtime', 'logs');
  const [run = ''] = readdirSync(logs);
  expect(statSync(join(logs, run, 'agent-1.log')).size).toBeLessThan(12_000_000);
  const raw = execFileSync('find', [world.stateHome, '-name', 'output', '-size', '+110M'], {
    encoding: 'utf8',
  });
  expect(raw).toBe('');
});

/** Two agents at a gate. */
async function atTheGate(
  world: World,
): Promise<{ run: ReturnType<World['start']>; open: () => void }> {
  world.script({ default: 'hold gate\ncommit "work/$AGENT_ID.txt"' });
  const gate = world.gate('gate');
  const run = world.begin('--max-workers', '2');
  await gate.arrived(2);
  return { run, open: gate.open };
}

test('one task is cancelled from another terminal, and the rest goes on', async () => {
  await using world = await makeWorld({ issue: ['One', 'Two'] });
  const { run, open } = await atTheGate(world);
  const cancelled = await world.flotilla('cancel', '../issue.md', '2');
  expect(cancelled.code, cancelled.stderr).toBe(0);
  open();
  expect((await run.ended).code).toBe(2);
  const status = await readStatus(world);
  expect(status.tasks.map(({ state }) => state)).toEqual(['completed', 'cancelled']);
  const again = await world.orchestrate('--retry');
  expect(again.code, again.stdout).toBe(0);
});

test('a whole run is cancelled from another terminal', async () => {
  await using world = await makeWorld({ issue: ['One', 'Two', 'Three'] });
  const { run } = await atTheGate(world);
  expect((await world.flotilla('cancel', '../issue.md')).code).toBe(0);
  expect((await run.ended).code).toBe(130);
  const status = await readStatus(world);
  expect(status.state).toBe('cancelled');
  expect(status.tasks.map(({ state }) => state)).toEqual(['cancelled', 'cancelled', 'cancelled']);
});

test('agents whose orchestrator is dead can still be cancelled', async () => {
  await using world = await makeWorld({ issue: ['One', 'Two'] });
  const { run, open } = await atTheGate(world);
  run.signal('SIGKILL');
  await run.ended;
  expect((await world.flotilla('cancel', '../issue.md')).code).toBe(0);
  expect((await readStatus(world)).state).toBe('cancelled');
  // That neither agent is left is what the world checks at its end.
  open();
  const again = await world.orchestrate('--retry', '--tasks', '1', '--fresh');
  expect(again.stdout).toContain('retried, from the base');
  expect((await readStatus(world)).tasks.map(({ state }) => state)).toEqual([
    'completed',
    'cancelled',
  ]);
});

test('several tasks that fail with one cause in their environment stop new starts, and an issue says why', async () => {
  await using world = await makeWorld({
    issue: ['One', 'Two', 'Three', 'Four', 'Five'],
    files: { 'package.json': '{"name":"x"}' },
  });
  const check = `test ! -d work || node -e "require('left-pad')"`;
  world.script({ default: 'commit "work/$AGENT_ID.txt"' });
  const ended = await world.orchestrate('--check', check, '--max-workers', '1');
  expect(ended.code).toBe(2);
  expect(ended.stdout).toContain('same cause');
  const status = await readStatus(world);
  expect(status.tasks.filter(({ state }) => state === 'queued').length).toBeGreaterThanOrEqual(2);
  expect(taskOf(status, 1).failure?.type).toBe('IMPORT_CONFLICT');
  const issues = execFileSync('grep', ['-rl', 'kind: "diagnostic"', world.stateHome], {
    encoding: 'utf8',
  });
  const text = readFileSync(issues.trim(), 'utf8');
  expect(text).toContain('left-pad');
  expect(text).toContain('--retry');
});
