import { expect, test, vi } from 'vitest';
import { readStatus } from '../rig/status.ts';
import { twoPhases, twoPhasesWork } from '../rig/two-phases.ts';
import { makeGitHubWorld, masterBody } from './github-world.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 300_000 });

/** The title is the issue's own on GitHub. */
const phases = twoPhases.replace('# Two layers\n\n', '');

test('on GitHub, too, phases go from an issue to a merged base in one command', async () => {
  await using site = await makeGitHubWorld();
  const { shop, world } = site;
  world.script(twoPhasesWork);
  const { number } = shop.issue({ title: 'Build it', body: phases });
  const flags = ['--merge', 'verified', '--check', 'test -f README.md', '--yes'];
  const ended = await site.orchestrate(number, ...flags);
  expect(ended.code, ended.stdout + ended.stderr).toBe(0);
  expect((await readStatus(world)).state).toBe('succeeded');
  expect(world.noted('seen-3').split('\n')).toEqual(['a', 'b']);
  expect(world.noted('seen-4')).toBe('c');
  expect(shop.pulls().map(({ mergedAt }) => mergedAt !== null)).toEqual([true, true, true, true]);
  expect(shop.issues()[0]?.body).toBe(phases.replaceAll('[ ]', '[x]'));
  expect(shop.issues().every(({ state }) => state === 'closed')).toBe(true);
  expect([...(await shop.branches()).keys()]).toEqual(['main']);
  expect(shop.comments(number)[0]?.body).toContain('| Pull requests merged | 100 % |');
  expect(`${ended.stdout}${ended.stderr}`).not.toContain(site.token);
});

test('a pull request that somebody reviewed on GitHub makes room for the next task', async () => {
  await using site = await makeGitHubWorld();
  const { shop, world, start } = site;
  world.script({ 'agent-1': 'commit one.txt', 'agent-2': 'commit two.txt' });
  const { number } = shop.issue({ title: 'Build it', body: masterBody(['Add one', 'Add two']) });
  const flags = ['--max-unreviewed', '1', '--max-workers', '1', '--check', 'true', '--yes'];
  const running = start(
    ...['orchestrate', String(number), '--agent', world.agent, '--plain', ...flags],
  );
  await running.printed('waiting for reviewers');
  expect(shop.pulls()).toHaveLength(1);
  for (const { issue } of shop.pulls())
    shop.review(issue.number, { author: 'una', state: 'APPROVED' });
  const ended = await running.ended;
  expect(ended.code, ended.stdout + ended.stderr).toBe(0);
  expect(shop.pulls()).toHaveLength(2);
});
