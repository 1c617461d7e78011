import { expect, test } from 'vitest';
import { fiveTasks, redCommits, told } from '../rig/five-pull-requests.ts';

test('of five tasks from one base, two that conflict are reported while they work, two that do not go together before anything merges, and the rest merges green', async () => {
  await using world = await fiveTasks();
  const gate = world.gate('both');
  world.script({
    'agent-1.1': 'write shared.txt one; hold both; commit shared.txt one',
    'agent-2.1': 'write shared.txt two; hold both; commit shared.txt two',
    // What they are asked for afterwards they do not do.
    'agent-2.2': 'exit 1',
    'agent-4.2': 'exit 1',
  });
  const given = ['--stack', 'never', '--max-workers', '5', '--check', 'sh check.sh', '--force'];
  const running = world.begin(...given);
  await running.until(gate.arrived(2));
  const risen = Date.now();
  await running.printed('tasks 1 and 2 collide in shared.txt:1');
  const toldAfterMs = Date.now() - risen;
  gate.open();
  const ended = await running.ended;
  expect(ended.code, ended.stdout).toBe(0);
  expect(ended.stdout.match(/tasks? [\d, and]+ collide/gu)).toEqual(['tasks 1 and 2 collide']);
  expect(toldAfterMs).toBeLessThan(60_000);

  const asked = await world.flotilla('merge', 'local#1');
  expect(asked.code, asked.stderr).toBe(4);
  expect(asked.stdout).toContain('fails with tasks 3 and 4 together');
  expect(asked.stdout).toContain('task 2 conflicts with task 1 in shared.txt');
  expect(asked.stdout).toContain('--no-resolve');
  const { code, stdout, stderr } = await world.flotilla('merge', 'local#1', '--yes', '--json');
  expect(code, `${stdout}${stderr}`).toBe(1);
  expect(told(stdout)).toMatchObject({
    merged: [1, 3, 5],
    left: [
      { ordinal: 2, reason: 'conflict', with: [1] },
      { ordinal: 4, reason: 'check-failed', with: [3] },
    ],
    union: { state: 'red', culprits: [[3, 4]] },
  });
  expect(redCommits(world)).toEqual([]);
  expect([1, 2, 3, 4, 5].map((task) => world.starts(`agent-${task}`))).toEqual([1, 2, 1, 2, 1]);
}, 240_000);
