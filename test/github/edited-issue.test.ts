import { expect, test, vi } from 'vitest';
import { readStatus } from '../rig/status.ts';
import { makeGitHubWorld, masterBody } from './github-world.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 180_000 });

const titles = ['Add the cart', 'Add the shelf', 'Add the till'];

test('what is edited on GitHub while a run goes on waits for a new plan', async () => {
  await using site = await makeGitHubWorld();
  // As often as it is asked.
  site.configure({ github: { issue_interval: 0.001 } });
  const { shop, world } = site;
  world.script({ 'agent-1': 'hold cart\ncommit one.txt' });
  const gate = world.gate('cart');
  const master = shop.issue({ title: 'Build the shop', body: masterBody(titles) });
  const args = [String(master.number), '--agent', world.agent, '--plain', '--batch-size', '1'];
  const run = site.start('orchestrate', ...args);
  await run.until(gate.arrived());
  shop.edit(
    master.number,
    masterBody(['Add the cart', 'Add the shelf for records', 'Add the till']),
  );
  gate.open();
  const { code, stdout, stderr } = await run.ended;
  expect(code, stdout + stderr).toBe(130);
  expect(stdout).toContain('The issue was edited since it was planned: task 2 reads otherwise');
  const { tasks } = await readStatus(world);
  expect(tasks.map(({ state }) => state)).toEqual(['completed', 'queued', 'completed']);
  const again = await site.orchestrate(master.number);
  expect(again.code, again.stdout + again.stderr).toBe(0);
  expect(world.seen('agent-2', 'prompt')).toContain('Add the shelf for records');
});

test('check marks, closed sub-issues and what we write ourselves are no edits', async () => {
  await using site = await makeGitHubWorld();
  // As often as it is asked.
  site.configure({ github: { issue_interval: 0.001 } });
  const { shop, world } = site;
  const shelf = shop.issue({ title: 'Add the shelf', body: 'For records.\n\n- [ ] It holds ten' });
  world.script({
    'agent-1': 'hold cart\ncommit one.txt',
    'agent-3': 'hold till\ncommit three.txt',
  });
  const [cart, till] = [world.gate('cart'), world.gate('till')];
  const body = masterBody(['Add the cart', `#${shelf.number}`, 'Add the till', 'Add the bell']);
  const master = shop.issue({ title: 'Build the shop', body });
  const args = [String(master.number), '--agent', world.agent, '--plain', '--batch-size', '1'];
  const run = site.start('orchestrate', ...args);
  await run.until(cart.arrived());
  shop.edit(master.number, body.replace('[ ] Add the cart', '[x] Add the cart'));
  shop.edit(shelf.number, 'For records.\n\n- [x] It holds ten\n\n<!-- flotilla:seen -->');
  cart.open();
  await run.until(till.arrived());
  shop.closeIssue(shelf.number);
  shop.edit(master.number, body.replaceAll('[ ]', '[x]'));
  till.open();
  const { code, stdout, stderr } = await run.ended;
  expect(code, stdout + stderr).toBe(0);
  expect(stdout).not.toContain('edited');
  expect(world.starts('agent-4')).toBe(1);
  const again = await site.orchestrate(master.number);
  expect(again.stdout).not.toContain('edited');
});

test('a task that is added on GitHub is named at the end, however lately the issue was read', async () => {
  await using site = await makeGitHubWorld();
  const { shop, world } = site;
  world.script({ 'agent-1': 'hold cart\ncommit one.txt' });
  const gate = world.gate('cart');
  const master = shop.issue({ title: 'Build the shop', body: masterBody(titles.slice(0, 1)) });
  const args = [String(master.number), '--agent', world.agent, '--plain', '--force'];
  const run = site.start('orchestrate', ...args);
  await run.until(gate.arrived());
  shop.edit(master.number, masterBody(titles.slice(0, 2)));
  gate.open();
  const { code, stdout, stderr } = await run.ended;
  expect(code, stdout + stderr).toBe(0);
  expect(stdout.slice(stdout.indexOf('🎉'))).toContain('task 2 (Add the shelf) is new');
});
