import { execFileSync } from 'node:child_process';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { readStatus } from '../rig/status.ts';
import { makeWorld, type World } from '../rig/world.ts';
import { makeGitHubWorld, masterBody } from '../github/github-world.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 300_000 });

/** Makes the user's repository one that was cloned with the newest commit alone, as machines for checks do. */
function makeShallow({ root, repository, env, write, git }: World): void {
  write('README.md', '# Changed\n');
  git('commit', '--quiet', '--all', '--message', 'Go on');
  const whole = join(root, 'whole');
  renameSync(repository, whole);
  execFileSync('git', ['clone', '--quiet', '--depth=1', `file://${whole}`, repository], { env });
}

/** Git where the history is whole. */
function inWhole({ root, env }: World, ...args: readonly string[]): void {
  execFileSync('git', args, { cwd: join(root, 'whole'), env });
}

test('from a shallow repository, branches are made and merged like from any other', async () => {
  await using world = await makeWorld({ issue: ['One', 'Two'] });
  makeShallow(world);
  const ended = await world.orchestrate('--merge', 'verified', '--check', 'true', '--yes');
  expect(ended.code, ended.stdout + ended.stderr).toBe(0);
  expect(ended.stdout).toContain('Their work is merged');
  expect((await readStatus(world)).tasks.map(({ state }) => state)).toEqual(['merged', 'merged']);
});

test('a shallow repository that has moved on without merged work says how to see how', async () => {
  await using world = await makeWorld();
  makeShallow(world);
  await world.orchestrate('--merge', 'verified', '--check', 'true', '--yes');
  inWhole(world, 'commit', '--quiet', '--allow-empty', '--message', 'More');
  inWhole(world, 'commit', '--quiet', '--allow-empty', '--message', 'Still more');
  world.git('fetch', '--quiet', '--depth=1');
  world.git('reset', '--quiet', '--hard', 'origin/main');
  const refused = await world.orchestrate();
  expect(refused.code, refused.stderr).toBe(4);
  expect(refused.stderr).toContain('git fetch --unshallow');
});

test('a shallow repository that has moved on is gone on from, where nothing was merged', async () => {
  await using world = await makeWorld();
  makeShallow(world);
  await world.orchestrate();
  inWhole(world, 'commit', '--quiet', '--allow-empty', '--message', 'More');
  inWhole(world, 'commit', '--quiet', '--allow-empty', '--message', 'Still more');
  world.git('fetch', '--quiet', '--depth=1');
  world.git('reset', '--quiet', '--hard', 'origin/main');
  const ended = await world.orchestrate();
  expect(ended.code, ended.stdout + ended.stderr).toBe(0);
});

test('from a shallow repository, pull requests on GitHub are opened and merged', async () => {
  await using site = await makeGitHubWorld();
  const { shop, world } = site;
  makeShallow(world);
  inWhole(world, 'push', '--quiet', shop.directory, 'main');
  world.git('remote', 'set-url', 'origin', shop.gitUrl);
  const { number } = shop.issue({ title: 'Two', body: masterBody(['One', 'Two']) });
  const ended = await site.orchestrate(number, '--check', 'true', '--merge', 'verified', '--yes');
  expect(ended.code, ended.stdout + ended.stderr).toBe(0);
  expect(shop.pulls().every(({ mergedAt }) => mergedAt !== null)).toBe(true);
});
