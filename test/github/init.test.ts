import { expect, test, vi } from 'vitest';
import { makeGitHubWorld } from './github-world.ts';

vi.setConfig({ testTimeout: 60_000 });

test('init shows the labels that are missing, makes them when it is told to, and then none', async () => {
  await using site = await makeGitHubWorld();
  const { shop, world } = site;
  const before = shop.labels();

  const shown = await world.flotilla('init');
  expect(shown.code, shown.stderr).toBe(0);
  expect(shown.stdout).toContain(
    'labels to be created: parallel-orchestration-ready, parallel-orchestration, sub-issue, diagnostic on una/shop',
  );
  expect(shop.labels()).toEqual(before);

  const made = await world.flotilla('init', '--yes');
  expect(made.code, made.stderr).toBe(0);
  expect(made.stdout).toContain('made parallel-orchestration-ready');
  expect(shop.labels()).toEqual(
    expect.arrayContaining(['parallel-orchestration-ready', 'sub-issue', 'diagnostic']),
  );

  const again = await world.flotilla('init', '--yes');
  expect(again.stdout).toContain('labels: all are on una/shop');
  expect(shop.labels()).toHaveLength(before.length + 4);
});

test('a user who may not create labels sees that, and gets the files', async () => {
  await using site = await makeGitHubWorld({ login: 'reader' });
  const { code, stdout, stderr } = await site.world.flotilla('init', '--yes');
  expect(code, stderr).toBe(0);
  expect(stdout).toContain('wrote .claude/config/parallel-orchestration.schema.json');
  expect(stdout).toContain('your token may not create labels on una/shop');
});

test('a GitHub that does not answer keeps nobody from the files', async () => {
  await using site = await makeGitHubWorld({ env: { GITHUB_API_URL: 'http://127.0.0.1:9' } });
  const { code, stdout, stderr } = await site.world.flotilla('init', '--yes');
  expect(code, stderr).toBe(0);
  expect(stdout).toContain('wrote .claude/config/parallel-orchestration.schema.json');
  expect(stdout).toContain('una/shop could not be asked');
});
