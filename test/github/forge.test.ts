import { expect, test, vi } from 'vitest';
import { ForgeError } from '../../src/model/forge-problem.ts';
import type { IssueParams } from '../../src/forge/forge.ts';
import { cloneOf } from './hub-client.ts';
import { commitWorkflow } from './commit-workflow.ts';
import { openHubForge } from './hub-forge.ts';

// Whole runs, on machines that have other things to do.
vi.setConfig({ testTimeout: 180_000 });

const parent = { forge: 'github', owner: 'una', repo: 'shop', number: 1 } as const;

function subIssue(ordinal: number, more: Partial<IssueParams> = {}): IssueParams {
  const key = `flotilla:sub-issue:run:${ordinal}`;
  const labels = ['parallel-orchestration', 'sub-issue'];
  const title = `[Master #1] Task ${ordinal}`;
  return {
    kind: 'sub-issue',
    parent,
    key,
    title,
    body: `Do it.\n\n<!-- ${key} -->\n`,
    labels,
    ...more,
  };
}

test('six sub-issues are made and linked in less than ten seconds', async () => {
  await using site = await openHubForge();
  const begun = performance.now();
  for (let ordinal = 1; ordinal <= 6; ordinal += 1) await site.forge.ensureIssue(subIssue(ordinal));
  expect(performance.now() - begun).toBeLessThan(10_000);
  expect(site.shop.issues()[0]?.children.map(({ title }) => title)).toHaveLength(6);
});

test('an issue is found by its marker by anyone who comes later, and brought up to date', async () => {
  await using site = await openHubForge();
  const first = await site.forge.ensureIssue(subIssue(1));
  const again = await site.openAgain();
  expect(await again.ensureIssue(subIssue(1))).toEqual(first);
  const params = subIssue(1);
  await again.ensureIssue({ ...params, body: `More.\n\n<!-- ${params.key} -->\n` });
  expect(site.shop.issues()).toHaveLength(2);
  expect(site.shop.issues()[1]?.body).toContain('More.');
});

test('a sub-issue says what it waits for', async () => {
  await using site = await openHubForge();
  const first = await site.forge.ensureIssue(subIssue(1));
  await site.forge.ensureIssue(subIssue(2, { blockedBy: [first.number] }));
  await site.forge.ensureIssue(subIssue(2, { blockedBy: [first.number] }));
  const [, , second] = site.shop.issues();
  expect(second?.blockedBy.map(({ number }) => number)).toEqual([first.number]);
});

test('the hundred-and-first sub-issue is still an issue, found again, and only not linked', async () => {
  await using site = await openHubForge();
  for (let index = 0; index < 99; index += 1) {
    const child = site.shop.issue({ title: `Child ${index}`, body: '' });
    site.shop.link(1, child.number);
  }
  const again = await site.openAgain();
  // Somebody else takes the last place.
  site.shop.link(1, site.shop.issue({ title: 'Child 99', body: '' }).number);
  const made = await again.ensureIssue(subIssue(1));
  const next = await again.ensureIssue(subIssue(2));
  expect(site.shop.issues()[0]?.children).toHaveLength(100);
  expect(site.shop.issues()).toHaveLength(103);
  const last = await site.openAgain();
  expect(await last.ensureIssue(subIssue(1))).toEqual(made);
  expect(await last.ensureIssue(subIssue(2))).toEqual(next);
  expect(site.shop.issues()).toHaveLength(103);
});

test('a branch of somebody else is never overwritten, and our own may be', async () => {
  await using site = await openHubForge();
  const { shop, forge, token } = site;
  await using clone = await cloneOf(shop.gitUrl, token);
  const one = await clone.commit('work', { 'one.txt': '1\n' });
  const other = await clone.commit('work', { 'one.txt': '2\n' });
  const from = clone.directory;
  await forge.push({ from, commit: one, branch: 'feat/issue-2' });
  await forge.push({ from, commit: one, branch: 'feat/issue-2' });
  await forge.push({ from, commit: other, branch: 'feat/issue-2' });
  expect((await shop.branches()).get('feat/issue-2')).toBe(other);

  await clone.push('work:feat/issue-3');
  const mine = forge.push({ from, commit: one, branch: 'feat/issue-3' });
  const error: unknown = await mine.catch((reason: unknown) => reason);
  expect((error as ForgeError).forge).toMatchObject({ kind: 'branch-moved', theirs: other });
  expect((await shop.branches()).get('feat/issue-3')).toBe(other);
});

test('a push that needs the scope for workflows says so', async () => {
  await using site = await openHubForge(['repo']);
  await using clone = await cloneOf(site.shop.gitUrl, site.token);
  const commit = await commitWorkflow(clone);
  const pushing = site.forge.push({ from: clone.directory, commit, branch: 'feat/issue-2' });
  const error: unknown = await pushing.catch((reason: unknown) => reason);
  expect((error as ForgeError).forge).toMatchObject({
    kind: 'missing-scope',
    needed: ['workflow'],
  });
});

test('one pull request is opened for a branch, and brought up to date after', async () => {
  await using site = await openHubForge();
  const { shop, forge, token } = site;
  await using clone = await cloneOf(shop.gitUrl, token);
  const commit = await clone.commit('work', { 'one.txt': '1\n' });
  await forge.push({ from: clone.directory, commit, branch: 'feat/issue-2' });
  const params = {
    key: 'flotilla:pull:run:1',
    title: 'Task 1',
    body: 'Closes #1.\n',
    head: 'feat/issue-2',
    base: 'main',
    closes: 1,
    checks: [],
  };
  const first = await forge.ensurePullRequest(params);
  const again = await site.openAgain();
  expect(await again.ensurePullRequest({ ...params, body: 'Closes #1. More.\n' })).toEqual(first);
  expect(shop.pulls()).toHaveLength(1);
  expect(shop.pulls()[0]?.issue.body).toContain('More.');
});

test('the comment is one, its news wait for their time, and the last word is written', async () => {
  await using site = await openHubForge();
  let word = 'first';
  const progress = site.forge.openProgress(parent, () => word);
  progress?.changed();
  await site.hub.until('comment-created', 1);
  word = 'second';
  progress?.changed();
  word = 'third';
  progress?.changed();
  await progress?.close();
  expect(site.shop.comments(1).map(({ body }) => body.split('\n')[0])).toEqual(['third']);
  const later = (await site.openAgain()).openProgress(parent, () => 'of another process');
  await later?.close();
  expect(site.shop.comments(1)).toHaveLength(1);
});

test('an item is ticked by its words when lines have moved', async () => {
  await using site = await openHubForge();
  await site.forge.tickItems({ number: 1, items: [{ line: 9, title: 'Add it' }] });
  expect(site.shop.issues()[0]?.body).toBe('- [x] Add it');
});
