import { expect, test, vi } from 'vitest';
import { makeGitHubWorld, masterBody } from './github-world.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 180_000 });

const body = masterBody(['Add the cart']);

test("an app's token does all that a user's does, and asks nothing that only users may", async () => {
  await using site = await makeGitHubWorld({ isActions: true });
  const { shop, hub } = site;
  const master = shop.issue({ title: 'Build the cart', body });
  const { code, stdout, stderr } = await site.orchestrate(master.number);
  expect(code, stdout + stderr).toBe(0);
  const [pull] = shop.pulls();
  expect(pull?.issue.author.login).toBe('github-actions[bot]');
  expect(pull?.head.repository.owner.login).toBe('una');
  expect(master.children.map(({ author }) => author.login)).toEqual(['github-actions[bot]']);
  expect(shop.comments(master.number)[0]?.body).toContain('1 of 1 task done');
  expect(hub.calls.filter(({ status }) => status === 403)).toEqual([]);

  // What it made itself is no stranger's work.
  const again = await site.orchestrate(master.number, '--dry-run');
  expect(again.stdout).not.toContain('written by');
  expect((await site.orchestrate(master.number)).stdout).toContain('Nothing left to do');
});

test('a setting that keeps Actions from opening pull requests is named, and the work is kept', async () => {
  await using site = await makeGitHubWorld({ isActions: true });
  const { shop, world } = site;
  shop.letActionsOpenPulls(false);
  const { number } = shop.issue({ title: 'Build the cart', body });
  const refused = await site.orchestrate(number);
  expect(refused.code).toBe(2);
  expect(refused.stdout).toContain('Allow GitHub Actions to create and approve pull requests');
  shop.letActionsOpenPulls(true);
  const again = await site.orchestrate(number, '--retry');
  expect(again.code, again.stdout + again.stderr).toBe(0);
  expect(world.starts('agent-1')).toBe(1);
});
