import { expect, test, vi } from 'vitest';
import { watchPulls } from '../../src/forge/github/pulls/watch-pulls.ts';
import { cloneOf } from './hub-client.ts';
import { commitWorkflow } from './commit-workflow.ts';
import { openHubForge, type HubForge } from './hub-forge.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 180_000 });

async function openPulls({ shop, token }: HubForge, count: number): Promise<readonly number[]> {
  await using clone = await cloneOf(shop.gitUrl, token);
  const numbers: number[] = [];
  for (let index = 1; index <= count; index += 1) {
    const branch = `feat/${index}`;
    await clone.commit(branch, { [`file-${index}.txt`]: 'x\n' });
    await clone.push(branch);
    const pull = await shop.pull({ title: `Change ${index}`, head: branch });
    numbers.push(pull.issue.number);
  }
  return numbers;
}

test('a watched pull request tells its checks, its review and whether it merges', async () => {
  await using site = await openHubForge();
  const { forge, shop } = site;
  const numbers = await openPulls(site, 2);
  const [first = 0, second = 0] = numbers;
  await shop.setChecks(first, {
    runs: [
      { name: 'lint', conclusion: 'success' },
      {
        name: 'test',
        conclusion: 'failure',
        log: '2026-01-01T00:00:00.0000000Z not ok 1\n2026-01-01T00:00:00.1Z it broke\n',
      },
    ],
    statuses: [{ context: 'deploy', state: 'failure' }],
  });
  shop.review(second, { author: 'una', state: 'CHANGES_REQUESTED', body: 'Please rename it.' });
  let reports = await forge.lookAtPulls(numbers);
  expect(reports).toMatchObject([
    { number: first, state: 'open', checks: 'failed', review: 'none' },
    { number: second, state: 'open', checks: 'none' },
  ]);
  expect(reports[0]?.failed.map(({ name }) => name).toSorted()).toEqual(['deploy', 'test']);
  const job = reports[0]?.failed.find(({ name }) => name === 'test')?.job ?? 0;
  expect(await forge.readJobLog({ job, most: 1_000 })).toBe('not ok 1\nit broke\n');
  expect(await forge.readReviewRequests(second)).toMatchObject([
    { author: 'una', isTrusted: true, body: 'Please rename it.', path: null },
  ]);

  await shop.setChecks(first, { runs: [{ name: 'test', conclusion: 'success' }] });
  reports = await forge.lookAtPulls(numbers);
  expect(reports[0]?.failed.map(({ name }) => name)).toEqual(['deploy']);
});

test('ten pull requests that nothing happens to cost next to nothing to watch', async () => {
  await using site = await openHubForge();
  const numbers = await openPulls(site, 10);
  await site.forge.lookAtPulls(numbers);
  await site.forge.lookAtPulls(numbers);
  const before = site.hub.calls.length;
  for (let looks = 0; looks < 10; looks += 1) await site.forge.lookAtPulls(numbers);
  const later = site.hub.calls.slice(before);
  expect(later.filter(({ costsQuota }) => costsQuota)).toEqual([]);
  expect(later).toHaveLength(20);
});

test('ten pull requests with checks at work are watched for an hour by 300 calls that count', async () => {
  await using site = await openHubForge();
  const { client, hub, shop } = site;
  const numbers = await openPulls(site, 10);
  for (const number of numbers)
    await shop.setChecks(number, { runs: [{ name: 'test' }], statuses: [] });
  let seconds = 0;
  const repository = { host: client.host.host, owner: 'una', repo: 'shop' };
  const watch = watchPulls({ client, repository, elapsed: () => seconds * 1_000 });
  const before = hub.calls.length;
  for (; seconds < 3_600; seconds += 15) {
    // One of them ends every six minutes, as checks do.
    const ended = numbers[seconds / 360];
    if (ended !== undefined)
      await shop.setChecks(ended, { runs: [{ name: 'test', conclusion: 'success' }] });
    const reports = await watch.look(numbers);
    expect(reports).toHaveLength(10);
  }
  expect((await watch.look(numbers)).map(({ checks }) => checks)).toEqual(
    numbers.map(() => 'passed'),
  );
  const counted = hub.calls.slice(before).filter(({ costsQuota }) => costsQuota);
  expect(counted.length).toBeLessThanOrEqual(300);
});

test('a repository without workflows is distinguished from one with them', async () => {
  await using site = await openHubForge();
  expect(await site.forge.hasWorkflows('main')).toBe(false);
  await using clone = await cloneOf(site.shop.gitUrl, site.token);
  await commitWorkflow(clone);
  await clone.push('ci');
  expect(await site.forge.hasWorkflows('ci')).toBe(true);
});
