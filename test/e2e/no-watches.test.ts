import { expect, test } from 'vitest';
import { readStatus } from '../rig/status.ts';
import { makeWorld } from '../rig/world.ts';

const refuseWatches = new URL('../rig/refuse-watches.ts', import.meta.url).href;

test('a run goes on where other programs hold all the watches of files, and its output is heard', async () => {
  await using world = await makeWorld({ env: { NODE_OPTIONS: `--import=${refuseWatches}` } });
  const gate = world.gate('said');
  world.script({ default: 'echo "I have begun"; hold said; commit done.txt' });
  const running = world.begin();
  await running.until(gate.arrived());
  await expect
    .poll(async () => (await world.flotilla('logs', '../issue.md', '1')).stdout, {
      timeout: 60_000,
    })
    .toContain('I have begun');
  gate.open();
  const { code, stdout } = await running.ended;
  expect(code, stdout).toBe(0);
  const followed = await world.flotilla('logs', '../issue.md', '--follow');
  expect(followed.stdout).toContain('finished: ');
  expect((await readStatus(world)).tasks[0]?.state).toBe('completed');
  expect(world.starts('agent-1')).toBe(1);
});
