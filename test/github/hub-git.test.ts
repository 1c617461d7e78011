import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { startGitHub } from '../rig/github/github.ts';
import { cloneOf, openTwoThatCollide, sender } from './hub-client.ts';

test('a token that may only read can clone and not push', async () => {
  await using hub = await startGitHub();
  const reader = hub.token(['repo'], 'eve');
  const repository = await hub.makeRepository({
    owner: 'ada',
    name: 'shop',
    permissions: { eve: 'read' },
  });
  await using clone = await cloneOf(repository.gitUrl, reader);
  await clone.commit('feature', { 'a.txt': 'a\n' });
  const { code, stderr } = await clone.push('feature');
  expect(code).not.toBe(0);
  expect(stderr).toContain('403');
  expect([...(await repository.branches()).keys()]).toEqual(['main']);
  expect(hub.calls.at(-1)).toMatchObject({ operation: 'git/info-refs', status: 403 });
});

test('a bad token and a stranger get no private repository', async () => {
  await using hub = await startGitHub();
  const stranger = hub.token(['repo'], 'eve');
  const repository = await hub.makeRepository({ owner: 'ada', name: 'shop', isPrivate: true });
  await expect(cloneOf(repository.gitUrl, 'ghp_bad')).rejects.toThrow(
    /could not read Username|Auth/u,
  );
  await expect(cloneOf(repository.gitUrl, stranger)).rejects.toThrow(/not found/u);
});

test('a protected branch and a workflow without its scope refuse a push, and say why', async () => {
  await using hub = await startGitHub();
  const token = hub.token(['repo'], 'ada');
  const repository = await hub.makeRepository({ owner: 'ada', name: 'shop' });
  repository.protect('main');
  await using clone = await cloneOf(repository.gitUrl, token);
  await clone.commit('main', { 'a.txt': 'a\n' });
  expect((await clone.push('main')).stderr).toContain('GH006: Protected branch update failed');
  await clone.git.run(['checkout', '-q', '-b', 'ci']);
  await clone.commit('ci', { 'a.txt': 'a\n', '.github/workflows/ci.yml': 'on: push\n' });
  const refused = await clone.push('ci');
  expect(refused.stderr).toContain('without `workflow` scope');
  expect([...(await repository.branches()).keys()]).toEqual(['main']);
});

test('a push moves the head of an open pull request, and a deleted branch closes it', async () => {
  await using hub = await startGitHub();
  const token = hub.token(['repo'], 'ada');
  const repository = await hub.makeRepository({ owner: 'ada', name: 'shop' });
  await using clone = await cloneOf(repository.gitUrl, token);
  await clone.commit('feature', { 'a.txt': 'a\n' });
  await clone.push('feature');
  const pull = await repository.pull({ title: 'Add a', head: 'feature' });
  const next = await clone.commit('feature', { 'b.txt': 'b\n' }, 'HEAD');
  await clone.push('feature');
  await hub.until('pull-pushed');
  expect(pull.head.sha).toBe(next);
  await clone.push(':feature');
  await hub.until('pull-closed');
  expect(pull.issue.state).toBe('closed');
});

test('two branches that change one line: the second conflicts once the first is merged, and cannot be', async () => {
  await using hub = await startGitHub();
  const token = hub.token(['repo'], 'ada');
  const repository = await hub.makeRepository({ owner: 'ada', name: 'shop' });
  const send = sender(hub, token);
  await using clone = await cloneOf(repository.gitUrl, token);
  await openTwoThatCollide(clone, repository);
  const squashed = await send('PUT /repos/ada/shop/pulls/1/merge', { merge_method: 'squash' });
  expect(squashed.status).toBe(200);
  await expect
    .poll(async () => (await send('GET /repos/ada/shop/pulls/2')).body.mergeable)
    .toBe(false);
  expect((await send('GET /repos/ada/shop/pulls/2')).body.mergeable_state).toBe('dirty');
  expect(await send('PUT /repos/ada/shop/pulls/2/merge', {})).toMatchObject({ status: 405 });
});

test('a rebase merge puts each commit on the base again', async () => {
  await using hub = await startGitHub();
  const token = hub.token(['repo'], 'ada');
  const repository = await hub.makeRepository({ owner: 'ada', name: 'shop' });
  await using clone = await cloneOf(repository.gitUrl, token);
  await clone.commit('other', { 'o.txt': 'o\n' });
  await clone.commit('feature', { 'a.txt': 'a\n' });
  await clone.commit('feature', { 'b.txt': 'b\n' }, 'HEAD');
  await clone.push('other');
  await clone.push('feature');
  await repository.pull({ title: 'other', head: 'other' });
  await repository.pull({ title: 'feature', head: 'feature' });
  const send = sender(hub, token);
  await send('PUT /repos/ada/shop/pulls/1/merge', {});
  const merged = await send('PUT /repos/ada/shop/pulls/2/merge', { merge_method: 'rebase' });
  expect(merged.status).toBe(200);
  await clone.git.run(['fetch', '-q', repository.directory, 'main']);
  const parents = await clone.git.run(['log', '--format=%s', '-2', 'FETCH_HEAD']);
  expect(parents.trim().split('\n')).toEqual(['Change b.txt', 'Change a.txt']);
  const files = await clone.git.run(['ls-tree', '--name-only', 'FETCH_HEAD']);
  expect(files.trim().split('\n')).toEqual(['README.md', 'a.txt', 'b.txt', 'o.txt']);
});

test('a fork takes the push that the repository refuses, and its branch opens a pull request', async () => {
  await using hub = await startGitHub();
  const token = hub.token(['public_repo'], 'eve');
  await hub.makeRepository({ owner: 'ada', name: 'shop' });
  const send = sender(hub, token);
  const forked = await send('POST /repos/ada/shop/forks', {});
  expect(forked).toMatchObject({ status: 202, body: { full_name: 'eve/shop', fork: true } });
  await using clone = await cloneOf(hub.repository('eve/shop').gitUrl, token);
  const head = await clone.commit('feature', { 'a.txt': 'a\n' });
  await clone.push('feature');
  const params = { title: 'Add a', head: 'eve:feature', base: 'main' };
  const made = await send('POST /repos/ada/shop/pulls', params);
  expect(made).toMatchObject({ status: 201, body: { head: { label: 'eve:feature', sha: head } } });
  const found = await send('GET /repos/ada/shop/pulls?head=eve:feature');
  expect(found.body).toHaveLength(1);
  await expect
    .poll(async () => (await send('GET /repos/ada/shop/pulls/1')).body.mergeable)
    .toBe(true);
});

test('a pull request on a branch that is merged and deleted goes on to what that was merged into', async () => {
  await using hub = await startGitHub();
  const token = hub.token(['repo'], 'ada');
  const repository = await hub.makeRepository({
    owner: 'ada',
    name: 'shop',
    deletesMergedBranches: true,
  });
  await using clone = await cloneOf(repository.gitUrl, token);
  await clone.commit('below', { 'a.txt': 'a\n' });
  await clone.commit('above', { 'b.txt': 'b\n' }, 'below');
  await clone.push('below');
  await clone.push('above');
  await repository.pull({ title: 'below', head: 'below' });
  const above = await repository.pull({ title: 'above', head: 'above', base: 'below' });
  await sender(hub, token)('PUT /repos/ada/shop/pulls/1/merge', {});
  expect([...(await repository.branches()).keys()]).toEqual(['above', 'main']);
  expect(above).toMatchObject({ base: { ref: 'main' }, issue: { state: 'open' } });
});

test('a fault that answers keeps git from its work; one that comes after does not', async () => {
  await using hub = await startGitHub();
  const token = hub.token(['repo'], 'ada');
  const repository = await hub.makeRepository({ owner: 'ada', name: 'shop' });
  await using clone = await cloneOf(repository.gitUrl, token);
  await clone.commit('feature', { 'a.txt': 'a\n' });
  hub.faults.queue({ kind: '429', when: { operation: 'git/receive-pack' } });
  expect((await clone.push('feature')).stderr).toContain('429');
  expect((await repository.branches()).has('feature')).toBe(false);
  hub.faults.queue({ kind: '5xx-after', when: { operation: 'git/receive-pack' } });
  expect((await clone.push('feature')).code).not.toBe(0);
  expect((await repository.branches()).has('feature')).toBe(true);
});

test('a push that is too big for one piece arrives whole, and many pushes at once do, too', async () => {
  await using hub = await startGitHub();
  const token = hub.token(['repo'], 'ada');
  const repository = await hub.makeRepository({ owner: 'ada', name: 'shop' });
  await using clone = await cloneOf(repository.gitUrl, token);
  const big = randomBytes(3_000_000).toString('base64');
  await clone.commit('big', { 'big.txt': big });
  const names = ['big', 'one', 'two', 'three', 'four'];
  for (const name of names.slice(1)) await clone.commit(name, { [`${name}.txt`]: `${name}\n` });
  const pushes = await Promise.all(names.map((name) => clone.push(name)));
  expect(pushes.map(({ code, stderr }) => [code, stderr])).toEqual(names.map(() => [0, '']));
  await hub.until('pushed', names.length);
  expect(new Set((await repository.branches()).keys())).toEqual(new Set(['main', ...names]));
  const { stdout } = await clone.git.probe(['ls-remote', repository.directory, 'big']);
  expect(stdout).toContain((await clone.git.run(['rev-parse', 'big'])).trim());
});
