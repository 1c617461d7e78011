import { expect, test, vi } from 'vitest';
import type { Running } from '../rig/flotilla.ts';
import { makeGitHubWorld, masterBody, type GitHubWorld } from './github-world.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 180_000 });

/** A run of one task on GitHub, whose network goes while its agent works. */
async function goOffline(site: GitHubWorld): Promise<{ number: number; running: Running }> {
  const { shop, hub, world } = site;
  const { number } = shop.issue({ title: 'Build the cart', body: masterBody(['Add the cart']) });
  world.script({ default: 'hold desk\ncommit cart.txt' });
  const gate = world.gate('desk');
  const running = site.start('orchestrate', String(number), '--agent', world.agent, '--plain');
  await running.until(gate.arrived());
  hub.faults.setOffline(true);
  gate.open();
  return { number, running };
}

test('a run goes on offline: the agent works, and what it did is published when the network is back', async () => {
  await using site = await makeGitHubWorld();
  const { shop, hub, world } = site;
  const { running } = await goOffline(site);
  await running.printed('publishing waits');
  expect(shop.pulls()).toEqual([]);
  hub.faults.setOffline(false);
  const { code, stdout, stderr } = await running.ended;
  expect(code, stdout + stderr).toBe(0);
  expect(shop.pulls()).toHaveLength(1);
  expect(world.starts('agent-1')).toBe(1);
});

test('what waited for the network in vain is published by the next start, with no agent again', async () => {
  await using site = await makeGitHubWorld();
  const { shop, hub, world } = site;
  const { number, running } = await goOffline(site);
  await running.printed('publishing waits');
  const before = hub.calls.length;
  running.signal('SIGINT');
  expect((await running.ended).code).toBe(130);
  // Leaving is not held up by a network that is not there: a last look and the comment's last words, and no patience.
  expect(hub.calls.slice(before).length).toBeLessThanOrEqual(4);
  hub.faults.setOffline(false);
  const { code, stdout, stderr } = await site.orchestrate(number);
  expect(code, stdout + stderr).toBe(0);
  expect(shop.pulls()).toHaveLength(1);
  expect(world.starts('agent-1')).toBe(1);
});

test("patience that ends is the forge's exit code, and the next start goes on", async () => {
  await using site = await makeGitHubWorld();
  const { hub, world } = site;
  site.configure({ github: { patience: 1 } });
  const { number, running } = await goOffline(site);
  const ended = await running.ended;
  expect(ended.code, ended.stdout).toBe(5);
  hub.faults.setOffline(false);
  const { code, stdout } = await site.orchestrate(number);
  expect(code, stdout).toBe(0);
  expect(world.starts('agent-1')).toBe(1);
});
