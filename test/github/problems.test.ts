import { expect, test, vi } from 'vitest';
import { makeGitHubWorld, masterBody, type GitHubWorldParams } from './github-world.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 180_000 });

const body = masterBody(['Add the cart']);

type Refused = { readonly code: number | null; readonly said: string };

async function refused(
  params: GitHubWorldParams & { readonly isPrivate?: boolean },
  prepare: (site: Awaited<ReturnType<typeof makeGitHubWorld>>) => unknown = () => undefined,
): Promise<Refused> {
  await using site = await makeGitHubWorld(params);
  const { number } = site.shop.issue({ title: 'Build the cart', body });
  await prepare(site);
  const { code, stderr } = await site.orchestrate(number);
  expect(site.world.starts('agent-1')).toBe(0);
  return { code, said: stderr };
}

test('a bad token is reported with where it came from', async () => {
  const { code, said } = await refused({ env: { GH_TOKEN: 'ghp_nobodysnobodysnobodys' } });
  expect(code).toBe(5);
  expect(said).toContain('does not accept the token from GH_TOKEN');
  expect(said).toContain('gh auth login');
  expect(said).not.toContain('nobodys');
});

test('an archived repository is reported before any agent starts', async () => {
  const { code, said } = await refused({}, ({ shop }) => shop.archive());
  expect(code).toBe(5);
  expect(said).toContain('una/shop is archived');
});

test('the rate limit is reported in the promised words, with its reset', async () => {
  const { code, said } = await refused({}, ({ hub }) =>
    hub.faults.queue({ kind: 'primary-limit', resetInSeconds: 3_000, times: 3 }),
  );
  expect(code).toBe(5);
  expect(said).toMatch(/GitHub API rate limit exceeded; it resets at \d{4}-/u);
});

test('a GitHub that cannot be reached is reported, with what to do', async () => {
  const { code, said } = await refused({}, ({ hub }) => hub.faults.setOffline(true));
  expect(code).toBe(5);
  expect(said).toContain('cannot be reached');
  expect(said).toContain('run the same command again');
});

test('a missing issue is reported with its name', async () => {
  await using site = await makeGitHubWorld();
  const { code, stderr } = await site.orchestrate(99);
  expect({ code, stderr }).toMatchObject({ code: 5 });
  expect(stderr).toContain('una/shop#99 was not found');
});

test('an issue without tasks is reported with the lines to look at', async () => {
  await using site = await makeGitHubWorld();
  const { number } = site.shop.issue({ title: 'Build', body: 'Please build it.' });
  const { code, stderr } = await site.orchestrate(number);
  expect(code).toBe(3);
  expect(stderr).toContain('Parse failed: No sub-tasks found');
});

test('an issue of another repository is refused with both names', async () => {
  await using site = await makeGitHubWorld();
  const other = await site.hub.makeRepository({ owner: 'una', name: 'other' });
  const { number } = other.issue({ title: 'Build', body });
  const { code, stderr } = await site.orchestrate(`una/other#${number}`);
  expect(code).toBe(5);
  expect(stderr).toContain('The issue is in una/other');
});

test('a branch that a rule protects fails its task by name, and keeps the work', async () => {
  await using site = await makeGitHubWorld();
  const { number } = site.shop.issue({ title: 'Build the cart', body });
  site.shop.protect('feat/issue-2-add-the-cart');
  const { code, stdout } = await site.orchestrate(number);
  expect(code).toBe(2);
  expect(stdout).toContain('A rule of the repository protects feat/issue-2-add-the-cart');
});

test('without a token, an issue of GitHub is missed by name, and a number of the local forge stays one', async () => {
  await using site = await makeGitHubWorld({ env: { GH_TOKEN: '', PATH: '/usr/bin:/bin' } });
  const { number } = site.shop.issue({ title: 'Build the cart', body });
  for (const flags of [[], ['--dry-run'], ['--forge', 'github']]) {
    const missed = await site.orchestrate(number, ...flags);
    expect(missed.code).toBe(5);
    expect(missed.stderr).toContain('There is no token for 127.0.0.1');
    expect(missed.stderr).toMatch(/gh auth login .*\n.*GH_TOKEN/u);
  }
  // The file gets the number that GitHub's issue has, and is what it means from then on.
  expect((await site.orchestrate('../issue.md', '--yes')).code).toBe(0);
  for (const flags of [[], ['--dry-run']])
    expect(await site.orchestrate(number, ...flags)).toMatchObject({ code: 0, stderr: '' });
});

test('doctor tells the repository, and where the token is from, and not the token', async () => {
  await using site = await makeGitHubWorld();
  const { stdout } = await site.start('doctor').ended;
  expect(stdout).toMatch(/GitHub: una\/shop on 127\.0\.0\.1:\d+, token from GH_TOKEN/u);
  expect(stdout).not.toContain(site.token);
});

test('commits that GitHub does not have are reported, and not worked on', async () => {
  await using site = await makeGitHubWorld();
  const { number } = site.shop.issue({ title: 'Build the cart', body });
  site.world.write('mine.txt', 'x');
  site.world.git('add', '--all');
  site.world.git('commit', '--quiet', '--message', 'Mine alone');
  const { code, stdout, stderr } = await site.orchestrate(number);
  expect(code).toBe(0);
  expect(stdout + stderr).toContain('1 commit beyond the forge');
});
