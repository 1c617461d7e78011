import { expect, test } from 'vitest';
import { readStatus } from '../rig/status.ts';
import { makeGitHubWorld, masterBody } from './github-world.ts';

test('tasks that are added on GitHub are worked at once, an existing issue as what it is', async () => {
  await using site = await makeGitHubWorld();
  // Nobody reads the issue again by chance.
  site.configure({ github: { issue_interval: 600 } });
  const { shop, world } = site;
  world.script({
    'agent-1': 'hold cart\ncommit one.txt',
    'agent-2': 'commit two.txt',
    'agent-3': 'commit three.txt',
  });
  const gate = world.gate('cart');
  const lamp = shop.issue({ title: 'Add the lamp', body: 'It is for reading.' });
  const master = shop.issue({ title: 'Build the shop', body: masterBody(['Add the cart']) });
  const number = String(master.number);
  const run = site.start(
    ...['orchestrate', number, '--agent', world.agent, '--plain', '--force', '--max-workers', '3'],
  );
  await run.until(gate.arrived());
  shop.edit(master.number, masterBody(['Add the shelf', `#${lamp.number}`, 'Add the cart']));
  const added = await site.start('add', number, '--force').ended;
  expect(added.code, added.stdout + added.stderr).toBe(0);
  expect(added.stdout).toContain('＋ task 2 Add the shelf');
  expect(added.stdout).toContain('＋ task 3 Add the lamp');
  await run.printed('task 2  ✓ completed');
  await run.printed('task 3  ✓ completed');
  expect(world.seen('agent-3', 'prompt')).toContain('It is for reading.');
  gate.open();
  const { code, stdout, stderr } = await run.ended;
  expect(code, stdout + stderr).toBe(0);
  expect(stdout).not.toContain('edited');
  const { tasks } = await readStatus(world);
  expect(tasks.map(({ title }) => title)).toEqual([
    'Add the cart',
    'Add the shelf',
    'Add the lamp',
  ]);
  // The lamp's own issue stands for its task, and no other was made.
  expect(shop.issues().filter(({ title }) => /lamp/u.test(title))).toHaveLength(1);
  const again = await site.orchestrate(master.number);
  expect(again.code, again.stdout + again.stderr).toBe(0);
  expect([1, 2, 3].map((task) => world.starts(`agent-${task}`))).toEqual([1, 1, 1]);
}, 180_000);
