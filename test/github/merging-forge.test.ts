import { expect, test, vi } from 'vitest';
import type { MergeParams } from '../../src/forge/forge.ts';
import { cloneOf, type Clone } from './hub-client.ts';
import { openHubForge, type HubForge } from './hub-forge.ts';

// On machines that have other things to do.
vi.setConfig({ testTimeout: 120_000 });

const identity = { name: 'Una', email: 'una@example.invalid' };

type Site = HubForge & { readonly clone: Clone };

async function openSite(more: Parameters<typeof openHubForge>[1] = {}): Promise<Site> {
  const site = await openHubForge(['repo', 'workflow'], more);
  const clone = await cloneOf(site.shop.gitUrl, site.token);
  const { [Symbol.asyncDispose]: close } = site;
  return {
    ...site,
    clone,
    [Symbol.asyncDispose]: async () => {
      await clone[Symbol.asyncDispose]();
      await close();
    },
  };
}

/** Publishes a branch as a pull request, as a run does. */
async function publish(
  { forge, clone }: Site,
  name: string,
  params: { readonly base?: string; readonly from?: string } = {},
): Promise<{ readonly number: number; readonly head: string; readonly branch: string }> {
  const branch = `feat/issue-${name}`;
  const head = await clone.commit(`work-${name}`, { [`${name}.txt`]: 'x\n' }, params.from);
  await forge.push({ from: clone.directory, commit: head, branch });
  const pull = await forge.ensurePullRequest({
    ...{ key: `p-${name}`, title: `Do ${name}`, body: 'Closes #1.\n', checks: [], closes: 1 },
    ...{ head: branch, base: params.base ?? 'main' },
  });
  return { number: pull.number, head, branch };
}

async function orderFor(
  { forge }: Site,
  pull: { readonly number: number; readonly head: string },
  more: Partial<MergeParams> = {},
): Promise<MergeParams> {
  const base = await forge.baseSha('main');
  const { number, head } = pull;
  return { number, head, base, method: 'squash', identity, ...more };
}

test.for(['squash', 'merge', 'rebase'] as const)('it merges by %s, once', async (method) => {
  await using site = await openSite();
  const pull = await publish(site, 'a');
  const params = await orderFor(site, pull, { method });
  const answer = await site.forge.merge(params);
  expect(answer).toMatchObject({ kind: 'merged' });
  expect(await site.forge.merge(params)).toEqual(answer);
  const now = await site.forge.pullRequestState(pull.number);
  expect(now).toMatchObject({ state: 'merged', mergedBy: 'una', base: 'main' });
  expect(now.mergedAs).toBe(answer.kind === 'merged' ? answer.sha : '');
  expect(site.hub.events.filter(({ kind }) => kind === 'pull-merged')).toHaveLength(1);
});

test('a merge whose answer got lost is found to be done', async () => {
  await using site = await openSite();
  const pull = await publish(site, 'a');
  const params = await orderFor(site, pull);
  site.hub.faults.queue({ kind: '5xx-after', when: { operation: 'pulls/merge' } });
  const first = await site.forge.merge(params).catch((error: unknown) => error);
  expect(String(first)).toContain('problem on its side');
  expect(await site.forge.merge(params)).toMatchObject({ kind: 'merged' });
  expect(site.hub.events.filter(({ kind }) => kind === 'pull-merged')).toHaveLength(1);
});

test('a head or a base that is not what was checked is refused', async () => {
  await using site = await openSite();
  const pull = await publish(site, 'a');
  const params = await orderFor(site, pull);
  const moved = await site.clone.commit('by-hand', { 'b.txt': 'b\n' }, pull.head);
  await site.clone.push(`by-hand:${pull.branch}`);
  expect(await site.forge.merge(params)).toMatchObject({ why: 'head-moved' });
  await site.clone.commit('somebody', { 'c.txt': 'c\n' });
  await site.clone.push('somebody:main');
  expect(await site.forge.merge({ ...params, head: moved })).toMatchObject({ why: 'base-moved' });
  expect(site.shop.pulls()[0]?.mergedAt).toBeNull();
});

test('a push with what was expected overwrites nobody', async () => {
  await using site = await openSite();
  const { forge, clone, shop } = site;
  const pull = await publish(site, 'a');
  const theirs = await clone.commit('by-hand', { 'b.txt': 'b\n' }, pull.head);
  await clone.push(`by-hand:${pull.branch}`);
  const ours = await clone.commit('ours', { 'd.txt': 'd\n' }, pull.head);
  const pushing = { from: clone.directory, commit: ours, branch: pull.branch };
  await expect(forge.push({ ...pushing, expected: pull.head })).rejects.toThrow('somebody else');
  const onTop = await clone.commit('on-top', { 'd.txt': 'd\n' }, theirs);
  await forge.push({ ...pushing, commit: onTop, expected: theirs });
  expect((await shop.branches()).get(pull.branch)).toBe(onTop);
});

test('a required check is waited for, by auto-merge where it is allowed', async () => {
  await using site = await openSite({ allowsAutoMerge: true });
  site.shop.protect('main', { requiredChecks: ['build'] });
  const pull = await publish(site, 'a');
  const merging = site.forge.merge(await orderFor(site, pull));
  await site.hub.until('auto-merge-enabled', 1);
  expect(site.shop.pulls()[0]?.autoMerge?.method).toBe('squash');
  await site.shop.setChecks(pull.number, { runs: [{ name: 'build', conclusion: 'success' }] });
  expect(await merging).toMatchObject({ kind: 'merged' });
});

test('a required check that comes to pass is waited for without auto-merge, too', async () => {
  await using site = await openSite();
  site.shop.protect('main', { requiredChecks: ['build'] });
  const pull = await publish(site, 'a');
  await site.shop.setChecks(pull.number, { runs: [{ name: 'build' }] });
  const merging = site.forge.merge(await orderFor(site, pull));
  await site.shop.setChecks(pull.number, { runs: [{ name: 'build', conclusion: 'success' }] });
  expect(await merging).toMatchObject({ kind: 'merged' });
});

test('a required check that never reports is named, and nothing is merged later', async () => {
  await using site = await openSite({ allowsAutoMerge: true, mergePatienceMs: 1_000 });
  site.shop.protect('main', { requiredChecks: ['build'] });
  const pull = await publish(site, 'a');
  const answer = await site.forge.merge(await orderFor(site, pull));
  expect(answer).toMatchObject({
    why: 'late',
    message: expect.stringContaining('the required check build has not reported') as string,
  });
  await site.shop.setChecks(pull.number, { runs: [{ name: 'build', conclusion: 'success' }] });
  expect(site.shop.pulls()[0]).toMatchObject({ mergedAt: null, autoMerge: null });
});

test('a red check, an objection and a missing approval are named', async () => {
  await using site = await openSite({ permissions: { eve: 'write' } });
  const [red, objected, unread] = [
    await publish(site, 'a'),
    await publish(site, 'b'),
    await publish(site, 'c'),
  ];
  await site.shop.setChecks(red.number, { runs: [{ name: 'build', conclusion: 'failure' }] });
  expect(await site.forge.merge(await orderFor(site, red))).toMatchObject({
    why: 'check-failed',
    message: 'build is red on it',
  });
  site.shop.review(objected.number, { author: 'eve', state: 'CHANGES_REQUESTED' });
  expect(await site.forge.merge(await orderFor(site, objected))).toMatchObject({
    why: 'not-approved',
    message: 'eve asked for changes',
  });
  site.shop.protect('main', { requiredReviews: 1 });
  expect(await site.forge.merge(await orderFor(site, unread))).toMatchObject({
    why: 'not-approved',
  });
  site.shop.review(unread.number, { author: 'eve', state: 'APPROVED' });
  expect(await site.forge.pullRequestState(unread.number)).toMatchObject({ isApproved: true });
  expect(await site.forge.merge(await orderFor(site, unread))).toMatchObject({ kind: 'merged' });
});

test('an approval counts without a rule that asks for one, but not of somebody who may not write', async () => {
  await using site = await openSite({ permissions: { eve: 'write' } });
  const pull = await publish(site, 'a');
  site.shop.review(pull.number, { author: 'visitor', state: 'APPROVED' });
  expect(await site.forge.pullRequestState(pull.number)).toMatchObject({ isApproved: false });
  site.shop.review(pull.number, { author: 'eve', state: 'APPROVED' });
  expect(await site.forge.pullRequestState(pull.number)).toMatchObject({ isApproved: true });
});

test('an approval that GitHub ends when the branch changes counts no more, and one that it keeps does', async () => {
  await using site = await openSite({ permissions: { eve: 'write' } });
  const { forge, shop, clone } = site;
  shop.protect('main', { requiredReviews: 1, dismissesStaleReviews: true });
  const pull = await publish(site, 'a');
  shop.review(pull.number, { author: 'eve', state: 'APPROVED' });
  const base = await clone.commit('somebody', { 'c.txt': 'c\n' });
  await clone.git.run(['push', '-q', shop.directory, `${base}:refs/heads/main`]);
  await forge.baseSha('main');
  await clone.git.run(['checkout', '-q', '-B', 'up-to-date', pull.head]);
  await clone.git.run(['merge', '-q', '--no-edit', base]);
  await clone.push(`up-to-date:${pull.branch}`);
  const head = (await clone.git.run(['rev-parse', 'HEAD'])).trim();
  expect(await forge.pullRequestState(pull.number)).toMatchObject({
    ...{ head, isApproved: true, approvedAt: [pull.head] },
  });
  const changed = await clone.commit('changed', { 'a.txt': 'y\n' }, head);
  await clone.push(`changed:${pull.branch}`);
  expect(await forge.pullRequestState(pull.number)).toMatchObject({
    ...{ isApproved: false, approvedAt: [] },
  });
  const params = await orderFor(site, { ...pull, head: changed });
  expect(await forge.merge(params)).toMatchObject({ why: 'not-approved' });
});

test('a way of merging that the repository does not allow gives way to one that it does', async () => {
  await using site = await openSite({ mergeMethods: ['merge'] });
  const pull = await publish(site, 'a');
  const answer = await site.forge.merge(await orderFor(site, pull, { method: 'squash' }));
  expect(answer).toMatchObject({ kind: 'merged', method: 'merge' });
});

test('a draft is made ready, and a stacked pull request goes into the base', async () => {
  await using site = await openSite();
  const below = await publish(site, 'a');
  const above = await publish(site, 'b', { base: below.branch, from: below.head });
  const [, pull] = site.shop.pulls();
  if (pull !== undefined) pull.isDraft = true;
  expect(await site.forge.merge(await orderFor(site, above))).toMatchObject({ kind: 'refused' });
  await site.forge.makeReady({ number: above.number, into: 'main' });
  expect(pull).toMatchObject({ isDraft: false, base: { ref: 'main' } });
  expect(await site.forge.merge(await orderFor(site, above))).toMatchObject({ kind: 'merged' });
});

test('the merge queue is used, and its verdict is waited for', async () => {
  await using site = await openSite({ usesMergeQueue: true });
  const [good, bad] = [await publish(site, 'a'), await publish(site, 'b')];
  const merging = site.forge.merge(await orderFor(site, good));
  await site.hub.until('pull-queued', 1);
  await site.shop.advanceQueue(good.number, 'merged');
  expect(await merging).toMatchObject({ kind: 'merged' });
  const failing = site.forge.merge(await orderFor(site, bad));
  await site.hub.until('pull-queued', 2);
  const { length } = site.hub.calls;
  await vi.waitUntil(() => site.hub.calls.length > length + 1, { timeout: 60_000 });
  await site.shop.advanceQueue(bad.number, 'thrown-out');
  expect(await failing).toMatchObject({
    why: 'not-allowed',
    message: 'the merge queue removed it',
  });
});

test('a stop is heeded while checks are waited for', async () => {
  await using site = await openSite({ allowsAutoMerge: true });
  site.shop.protect('main', { requiredChecks: ['build'] });
  const pull = await publish(site, 'a');
  const stop = new AbortController();
  const merging = site.forge.merge(await orderFor(site, pull, { signal: stop.signal }));
  await site.hub.until('auto-merge-enabled', 1);
  stop.abort();
  expect(await merging).toEqual({ kind: 'stopped' });
  expect(site.shop.pulls()[0]?.autoMerge).toBeNull();
});

test('a base that moves while GitHub is to merge by itself takes that back', async () => {
  await using site = await openSite({ allowsAutoMerge: true });
  site.shop.protect('main', { requiredChecks: ['build'] });
  const pull = await publish(site, 'a');
  const merging = site.forge.merge(await orderFor(site, pull));
  await site.hub.until('auto-merge-enabled', 1);
  // Past the protection, as an administrator may.
  const moved = await site.clone.commit('somebody', { 'c.txt': 'c\n' });
  await site.clone.git.run(['push', '-q', site.shop.directory, `${moved}:refs/heads/main`]);
  expect(await merging).toMatchObject({ kind: 'refused', why: 'base-moved' });
  expect(site.shop.pulls()[0]).toMatchObject({ autoMerge: null, mergedAt: null });
});

test('an Enterprise that knows no merge queue is asked without one', async () => {
  await using site = await openSite();
  const pull = await publish(site, 'a');
  const field = 'isMergeQueueEnabled';
  site.hub.faults.queue({ kind: 'unknown-field', field, when: { body: /isMergeQueueEnabled/u } });
  expect(await site.forge.pullRequestState(pull.number)).toMatchObject({ state: 'open' });
});
