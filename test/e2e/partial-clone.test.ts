import { execFileSync } from 'node:child_process';
import { renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { configurationPath } from '../../src/app/settings/configuration.ts';
import { makeGitHubWorld, masterBody } from '../github/github-world.ts';
import { readStatus } from '../rig/status.ts';
import { makeWorld, type World } from '../rig/world.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 300_000 });

const files = { 'here/one.txt': 'one\n', 'left/out.txt': 'left out\n', 'left/too.txt': 'too\n' };

/** Makes the user's repository a clone of one folder alone, as people have of very large repositories. */
function leaveOut({ root, repository, env, git }: World): void {
  const whole = join(root, 'whole');
  renameSync(repository, whole);
  const inWhole = { cwd: whole, env };
  execFileSync('git', ['config', 'uploadpack.allowFilter', 'true'], inWhole);
  const how = ['--quiet', '--filter=blob:none', '--sparse', `file://${whole}`, repository];
  execFileSync('git', ['clone', ...how], { cwd: root, env });
  git('sparse-checkout', 'set', 'here', dirname(configurationPath));
  expect(missing(git)).toHaveLength(2);
}

function missing(git: World['git']): string[] {
  return git('rev-list', '--objects', '--missing=print', 'main').match(/^\?.*$/gmu) ?? [];
}

test('what a partial clone has left out is fetched at once, and is there for agents', async () => {
  await using world = await makeWorld({ files });
  leaveOut(world);
  const ended = await world.orchestrate('--check', 'grep -q out left/out.txt');
  expect(ended.code, ended.stdout + ended.stderr).toBe(0);
  expect((await readStatus(world)).tasks[0]?.state).toBe('completed');
  expect(missing(world.git)).toEqual([]);
});

test('what cannot be fetched is reported before anything starts, and how to get it', async () => {
  await using world = await makeWorld({ files });
  leaveOut(world);
  world.git('remote', 'set-url', 'origin', join(world.root, 'gone'));
  const { code, stderr } = await world.orchestrate();
  expect(code).toBe(9);
  expect(stderr).toContain(
    "left out 2 of the base's files, and they cannot be fetched now: fatal:",
  );
  expect(stderr).toContain('git fetch --refetch --no-filter origin');
  expect(world.starts('agent-1')).toBe(0);
});

test('from a partial clone, pull requests on GitHub are opened', async () => {
  await using site = await makeGitHubWorld({ files });
  const { shop, world } = site;
  leaveOut(world);
  world.git('remote', 'add', 'hub', shop.gitUrl);
  const { number } = shop.issue({ title: 'One', body: masterBody(['One']) });
  const ended = await site.orchestrate(number, '--check', 'grep -q out left/out.txt', '--yes');
  expect(ended.code, ended.stdout + ended.stderr).toBe(0);
  expect(shop.pulls()).toHaveLength(1);
});
