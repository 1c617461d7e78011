import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stateOf } from '../rig/count-events.ts';
import { makeWorld } from '../rig/world.ts';

test('what finished tasks leave behind is deleted while the others are still at work', async () => {
  await using world = await makeWorld({ issue: ['Write `a.txt`', 'Write `b.txt`'] });
  const gate = world.gate('last');
  world.script({ 'agent-1': 'commit a.txt', 'agent-2': 'hold last; commit b.txt' });
  const running = world.begin('--yes', '--max-workers', '2');
  await running.until(gate.arrived());
  await running.printed('task 1  workspace removed');
  const trash = (): string[] => readdirSync(join(stateOf(world), 'trash'));
  await expect.poll(trash, { timeout: 60_000, interval: 100 }).toEqual([]);
  gate.open();
  const ended = await running.ended;
  expect(ended.code, ended.stdout).toBe(0);
}, 120_000);
