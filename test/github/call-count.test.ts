import { expect, test, vi } from 'vitest';
import { configurationPath } from '../../src/app/settings/configuration.ts';
import { makeGitHubWorld, masterBody } from './github-world.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 180_000 });

const titles = ['Add one', 'Add two', 'Add three', 'Add four', 'Add five'];

test('five tasks take at most 31 calls, from the issue to the last word on it', async () => {
  // As a run has it, but for the wait at its end: nothing is looked at while tasks are at work.
  const github = { ci_grace: 6 };
  await using site = await makeGitHubWorld({
    files: { [configurationPath]: JSON.stringify({ github }) },
  });
  const { shop, hub } = site;
  const master = shop.issue({ title: 'Build the cart', body: masterBody(titles) });
  const { code, stdout } = await site.orchestrate(master.number, '--max-workers', '5');
  expect(code, stdout).toBe(0);
  const calls = hub.calls.filter(({ operation }) => !operation.startsWith('git/'));
  const names = calls.map(({ method, path }) => `${method} ${path}`);
  expect(shop.pulls()).toHaveLength(5);
  expect(calls.length, names.join('\n')).toBeLessThanOrEqual(31);
});

test('merging three pull requests takes at most 36 calls, from the verdict to the closed issue', async () => {
  await using site = await makeGitHubWorld();
  const { shop, hub, world } = site;
  world.script({
    'agent-1': 'commit one.txt one',
    'agent-2': 'commit two.txt two',
    'agent-3': 'commit three.txt three',
  });
  const { number } = shop.issue({ title: 'Build it', body: masterBody(titles.slice(0, 3)) });
  await site.orchestrate(number, '--check', 'true', '--yes');
  const before = hub.calls.length;
  const { code, stdout, stderr } = await site.start('merge', String(number), '--yes').ended;
  expect(code, stdout + stderr).toBe(0);
  const calls = hub.calls.slice(before).filter(({ operation }) => !operation.startsWith('git/'));
  const names = calls.map(({ method, path }) => `${method} ${path}`);
  expect(calls.length, names.join('\n')).toBeLessThanOrEqual(36);
});
