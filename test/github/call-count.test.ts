import { expect, test, vi } from 'vitest';
import { configurationPath } from '../../src/cli/configuration.ts';
import { makeGitHubWorld, masterBody } from './github-world.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 180_000 });

const titles = ['Add one', 'Add two', 'Add three', 'Add four', 'Add five'];

test('five tasks take at most 30 calls, from the issue to the last word on it', async () => {
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
  expect(calls.length, names.join('\n')).toBeLessThanOrEqual(30);
});
