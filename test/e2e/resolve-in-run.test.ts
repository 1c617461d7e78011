import { expect, test } from 'vitest';
import { fiveTasks, redCommits } from '../rig/five-pull-requests.ts';
import { readStatus } from '../rig/status.ts';

test('a run that merges by itself asks agents, and one that is killed meanwhile takes them up again', async () => {
  await using world = await fiveTasks();
  const gate = world.gate('asked');
  world.script({
    'agent-2.2': 'hold asked; printf "one\ntwo\n" >shared.txt; git commit --quiet --all --no-edit',
    'agent-4.2': 'commit needs/second new',
  });
  const given = ['--stack', 'never', '--max-workers', '3', '--check', 'sh check.sh', '--force'];
  const killed = world.begin(...given, '--merge', 'verified');
  await killed.until(gate.arrived());
  killed.signal('SIGKILL');
  await killed.ended;

  const again = world.begin(...given, '--merge', 'verified');
  await again.printed('its agent is still at work: taken over');
  gate.open();
  const { code, stdout, stderr } = await again.ended;
  expect(code, `${stdout}${stderr}`).toBe(0);
  const { state, tasks } = await readStatus(world);
  expect([state, ...tasks.map((task) => task.state)]).toEqual([
    'succeeded',
    ...Array.from({ length: 5 }, () => 'merged'),
  ]);
  expect(world.git('show', 'flotilla/main:shared.txt')).toBe('one\ntwo\n');
  expect(redCommits(world)).toEqual([]);
  expect([1, 2, 3, 4, 5].map((task) => world.starts(`agent-${task}`))).toEqual([1, 2, 1, 2, 1]);
}, 240_000);
