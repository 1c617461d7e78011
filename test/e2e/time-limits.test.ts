import { expect, test } from 'vitest';
import { readStatus, taskOf } from '../rig/status.ts';
import { makeWorld } from '../rig/world.ts';

test('an agent that takes too long, and what an agent leaves running, is ended with everything that it started', async () => {
  await using world = await makeWorld({ issue: ['Hangs', 'Leaves something running', 'Works'] });
  world.script({
    'agent-1': `write kept.txt
      (trap "" TERM; exec sleep 1000) &
      setsid sh -c 'trap "" TERM; sleep 1000; sleep 1000' &
      sleep 1000`,
    'agent-2': `setsid sh -c 'trap "" TERM; sleep 1000; sleep 1000' &
      nohup sleep 1000 &
      commit done.txt`,
  });
  const started = performance.now();
  const ended = await world.orchestrate(
    '--timeout',
    '2',
    '--success-threshold',
    '50',
    '--max-workers',
    '3',
  );
  const run = await readStatus(world);
  expect(ended.code).toBe(1);
  expect(ended.stdout).toContain('Agent timeout after 2s');
  const failure = { reason: 'timed-out', type: 'TIMEOUT', message: 'Agent timeout after 2s' };
  expect(taskOf(run, 1).failure).toMatchObject(failure);
  expect(taskOf(run, 2).failure).toBeNull();
  expect(taskOf(run, 3).failure).toBeNull();
  expect(performance.now() - started).toBeLessThan(20_000);
  // That no process is left is what the world checks at its end.
});
