import { expect, test } from 'vitest';
import { startGitHub } from '../rig/github/github.ts';
import { cloneOf, sender } from './hub-client.ts';

test('a missing right is reported in the way that GitHub reports it', async () => {
  await using hub = await startGitHub();
  await hub.makeRepository({ owner: 'ada', name: 'open', permissions: { eve: 'write' } });
  await hub.makeRepository({ owner: 'ada', name: 'secret', isPrivate: true });
  await hub.makeRepository({ owner: 'acme', name: 'sso', isOrganization: true, requiresSso: true });
  await hub.makeRepository({ owner: 'ada', name: 'old', isArchived: true });
  const ada = hub.token(['repo'], 'ada');
  const eve = hub.token(['repo'], 'eve');
  const issue = { title: 'One' };

  expect(await sender(hub, 'ghp_bad')('GET /user')).toMatchObject({
    status: 401,
    body: { message: 'Bad credentials' },
  });
  expect((await sender(hub, eve)('GET /repos/ada/secret')).status).toBe(404);
  expect((await sender(hub, hub.token(['gist'], 'ada'))('GET /repos/ada/secret')).status).toBe(404);
  const unscoped = await sender(hub, hub.token(['gist'], 'eve'))(
    'POST /repos/ada/open/issues',
    issue,
  );
  expect(unscoped.status).toBe(403);
  expect(unscoped.headers.get('x-oauth-scopes')).toBe('gist');
  expect(unscoped.headers.get('x-accepted-oauth-scopes')).toBe('public_repo, repo');
  const sso = await sender(hub, eve)('GET /repos/acme/sso');
  expect(sso.status).toBe(403);
  expect(sso.headers.get('x-github-sso')).toMatch(/^required; url=/u);
  const archived = await sender(hub, ada)('POST /repos/ada/old/issues', issue);
  expect(archived).toMatchObject({
    status: 403,
    body: { message: expect.stringMatching(/archived/u) },
  });
  const reader = hub.token(null, 'ada', { isReadOnly: true });
  expect(await sender(hub, reader)('POST /repos/ada/open/issues', issue)).toMatchObject({
    status: 403,
    body: { message: 'Resource not accessible by personal access token' },
  });
  expect((await sender(hub, eve)('PUT /repos/ada/open/pulls/1/merge', {})).status).toBe(404);
  expect(await sender(hub, ada)('POST /repos/ada/open/issues', {})).toMatchObject({ status: 422 });
});

test('what was read before costs nothing while it stays the same', async () => {
  await using hub = await startGitHub();
  const repository = await hub.makeRepository({ owner: 'ada', name: 'shop' });
  repository.issue({ title: 'One' });
  const send = sender(hub, hub.token(['repo'], 'ada'));
  const first = await send('GET /repos/ada/shop/issues');
  const etag = first.headers.get('etag') ?? '';
  const again = await send('GET /repos/ada/shop/issues', undefined, { 'if-none-match': etag });
  expect(again.status).toBe(304);
  expect(again.headers.get('x-ratelimit-used')).toBe(first.headers.get('x-ratelimit-used'));
  expect(hub.calls.map(({ costsQuota }) => costsQuota)).toEqual([true, false]);
  repository.issue({ title: 'Two' });
  const changed = await send('GET /repos/ada/shop/issues', undefined, { 'if-none-match': etag });
  expect(changed).toMatchObject({ status: 200, body: [{ title: 'Two' }, { title: 'One' }] });
});

test('a long list comes in pages that link to each other', async () => {
  await using hub = await startGitHub();
  const repository = await hub.makeRepository({ owner: 'ada', name: 'shop' });
  for (let number = 1; number <= 5; number += 1) repository.issue({ title: `Issue ${number}` });
  const send = sender(hub, hub.token(['repo'], 'ada'));
  const page = await send('GET /repos/ada/shop/issues?per_page=2&direction=asc&page=2');
  expect(page.body.map(({ number }: { number: number }) => number)).toEqual([3, 4]);
  const link = page.headers.get('link') ?? '';
  const next = /<(?<url>[^>]+)>; rel="next"/u.exec(link)?.groups?.['url'] ?? '';
  const last = await send(`GET ${next.replace(hub.url, '')}`);
  expect(last.body.map(({ number }: { number: number }) => number)).toEqual([5]);
});

test('who asked too often in the hour, or made too much in a minute, has to wait', async () => {
  await using hub = await startGitHub({ limits: { core: 3, contentPerMinute: 1 } });
  await hub.makeRepository({ owner: 'ada', name: 'shop' });
  const send = sender(hub, hub.token(['repo'], 'ada'));
  expect((await send('POST /repos/ada/shop/issues', { title: 'One' })).status).toBe(201);
  const tooFast = await send('POST /repos/ada/shop/issues', { title: 'Two' });
  expect(tooFast).toMatchObject({
    status: 403,
    body: { message: expect.stringMatching(/secondary rate limit/u) },
  });
  expect(tooFast.headers.get('retry-after')).toBe('60');
  await send('GET /user');
  await send('GET /user');
  const spent = await send('GET /user');
  expect(spent).toMatchObject({
    status: 403,
    body: { message: expect.stringMatching(/^API rate limit exceeded/u) },
  });
  expect(spent.headers.get('x-ratelimit-remaining')).toBe('0');
  expect(await send('GET /rate_limit')).toMatchObject({ body: { rate: { remaining: 0 } } });
  hub.setQuota({ remaining: 10 });
  expect((await send('GET /user')).status).toBe(200);
});

test('a fault strikes the call that it is for, before its effect or after it', async () => {
  await using hub = await startGitHub();
  const repository = await hub.makeRepository({ owner: 'ada', name: 'shop' });
  const send = sender(hub, hub.token(['repo'], 'ada'));
  const create = { operation: 'issues/create' };
  const post = (title: string) => send('POST /repos/ada/shop/issues', { title });
  const titles = (): string[] => repository.issues().map(({ title }) => title);

  hub.faults.queue({ kind: '5xx-before', when: { ...create, nth: 2 } });
  expect((await post('One')).status).toBe(201);
  expect((await post('Two')).status).toBe(502);
  expect(titles()).toEqual(['One']);
  hub.faults.queue({ kind: '5xx-after', when: create });
  expect((await post('Three')).status).toBe(502);
  expect(titles()).toEqual(['One', 'Three']);
  hub.faults.queue({ kind: 'cut-after', when: { method: 'POST', path: /\/issues$/u } });
  await expect(post('Four')).rejects.toThrow('fetch failed');
  expect(titles()).toEqual(['One', 'Three', 'Four']);
  hub.faults.queue({ kind: '429', retryAfterSeconds: 7, when: create });
  const limited = await post('Five');
  expect(limited).toMatchObject({
    status: 429,
    body: { message: expect.stringMatching(/secondary rate limit/u) },
  });
  expect(limited.headers.get('retry-after')).toBe('7');
  hub.faults.setOffline(true);
  await expect(post('Six')).rejects.toThrow('fetch failed');
  hub.faults.setOffline(false);
  expect(hub.faults.pending()).toBe(0);
  expect(titles()).toHaveLength(3);
  expect(hub.calls.map(({ fault }) => fault)).toEqual([
    null,
    '5xx-before',
    '5xx-after',
    'cut-after',
    '429',
    'cut',
  ]);
});

test('a slow answer comes when it is let go', async () => {
  await using hub = await startGitHub();
  const send = sender(hub, hub.token(['repo'], 'ada'));
  const gate = Promise.withResolvers<void>();
  hub.faults.queue({ kind: 'slow', until: gate.promise });
  const answer = send('GET /user');
  await expect.poll(() => hub.calls).toHaveLength(1);
  expect(hub.calls[0]?.status).toBeNull();
  gate.resolve();
  expect((await answer).status).toBe(200);
});

test('a push that breaks off after its effect has had it', async () => {
  await using hub = await startGitHub();
  const token = hub.token(['repo'], 'ada');
  const repository = await hub.makeRepository({ owner: 'ada', name: 'shop' });
  await using clone = await cloneOf(repository.gitUrl, token);
  const head = await clone.commit('feature', { 'a.txt': 'a\n' });
  hub.faults.queue({ kind: 'cut-after', when: { operation: 'git/receive-pack' } });
  expect((await clone.push('feature')).code).not.toBe(0);
  await hub.until('pushed');
  expect((await repository.branches()).get('feature')).toBe(head);
  expect((await clone.push('feature')).code).toBe(0);
});

test.each([
  [{ kind: 'html-before' }, 503, /^<html>/u],
  [{ kind: '403-abuse' }, 403, /abuse detection/u],
  [{ kind: '403-secondary' }, 403, /secondary rate limit/u],
  [{ kind: 'primary-limit' }, 403, /^API rate limit exceeded/u],
  [{ kind: 'unauthorized' }, 401, /^Bad credentials$/u],
  [{ kind: 'not-found' }, 404, /^Not Found$/u],
] as const)('the fault %o answers %i, and keeps the effect away', async (fault, status, words) => {
  await using hub = await startGitHub();
  const repository = await hub.makeRepository({ owner: 'ada', name: 'shop' });
  hub.faults.queue({ ...fault, when: { method: 'POST' } });
  const send = sender(hub, hub.token(['repo'], 'ada'));
  const refused = await send('POST /repos/ada/shop/issues', { title: 'One' });
  expect(refused.status).toBe(status);
  expect(typeof refused.body === 'string' ? refused.body : refused.body.message).toMatch(words);
  expect(repository.issues()).toEqual([]);
});

test.each(['cut-half', 'garbled'] as const)(
  'the fault %s spoils an answer whose effect is there',
  async (kind) => {
    await using hub = await startGitHub();
    const repository = await hub.makeRepository({ owner: 'ada', name: 'shop' });
    hub.faults.queue({ kind });
    const send = sender(hub, hub.token(['repo'], 'ada'));
    await expect(send('POST /repos/ada/shop/issues', { title: 'One' })).rejects.toThrow(
      /JSON|terminated/u,
    );
    expect(repository.issues()).toHaveLength(1);
  },
);

test('a fault can be for one GraphQL query among others', async () => {
  await using hub = await startGitHub();
  const send = sender(hub, hub.token(['repo'], 'ada'));
  hub.faults.queue({ kind: '5xx-before', when: { operation: 'graphql', body: /rateLimit/u } });
  expect((await send('POST /graphql', { query: '{ viewer { login } }' })).status).toBe(200);
  expect((await send('POST /graphql', { query: '{ rateLimit { cost } }' })).status).toBe(502);
  hub.setQuota({ resource: 'graphql', remaining: 0 });
  const spent = await send('POST /graphql', { query: '{ viewer { login } }' });
  expect(spent).toMatchObject({ status: 200, body: { errors: [{ type: 'RATE_LIMITED' }] } });
});
