import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { ForgeError, type ForgeProblem } from '../../../model/forge-problem.ts';
import { once as onlyOnce, openClient, type ForgeCall, type GitHubClient } from './client.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;

type Site = AsyncDisposable & {
  readonly client: GitHubClient;
  readonly calls: ForgeCall[];
  readonly waits: number[];
};

/** A server that answers as the test says, and a client of it. */
async function openSite(handler: Handler, callsPerHour = 1_000): Promise<Site> {
  let count = 0;
  const server = createServer((request, response) => {
    request.resume();
    count += 1;
    handler(request, response, count);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const calls: ForgeCall[] = [];
  const waits: number[] = [];
  const client = openClient({
    host: {
      host: new URL(url).host,
      serverUrl: url,
      apiUrl: url,
      graphqlUrl: `${url}/graphql`,
      tokens: 'any',
    },
    token: { token: 'ghp_secretsecretsecretsecret', source: 'GH_TOKEN' },
    callsPerHour,
    onCall: (call) => calls.push(call),
    onWait: (seconds) => waits.push(seconds),
    isProxyIgnored: false,
    now: () => new Date('2026-03-02T12:00:00Z'),
  });
  return {
    client,
    calls,
    waits,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function answer(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** As much of an issue as an answer must have. */
const issue = {
  id: 1,
  number: 12,
  html_url: 'https://github.invalid/una/shop/issues/12',
  title: 'Shop',
  body: null,
  state: 'open',
  labels: [],
  user: { login: 'una' },
};

const viewer = z.object({ viewer: z.object({ login: z.string() }) });

const where = { owner: 'una', repo: 'shop', issue_number: 12 };

async function problemOf(work: Promise<unknown>): Promise<ForgeProblem> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ForgeError);
  return (error as ForgeError).forge;
}

test('an answer that has not changed costs nothing and is given again', async () => {
  await using site = await openSite((request, response) => {
    if (request.headers['if-none-match'] === '"v1"') response.writeHead(304).end();
    else answer(response, 200, issue, { etag: '"v1"' });
  });
  const first = await site.client.rest.issues.get(where);
  const second = await site.client.rest.issues.get(where);
  expect(second.data).toEqual(first.data);
  expect(site.calls.map(({ status }) => status)).toEqual([200, 304]);
});

test('a server that fails is asked again, and each call is counted', async () => {
  await using site = await openSite((_request, response, count) => {
    answer(response, count === 1 ? 502 : 200, issue);
  });
  const { data } = await site.client.rest.issues.get(where);
  expect(data.title).toBe('Shop');
  expect(site.calls).toMatchObject([
    { kind: 'GET /repos/{owner}/{repo}/issues/{issue_number}', status: 502 },
    { status: 200 },
  ]);
});

test('a call that creates is never repeated by itself', async () => {
  await using site = await openSite((_request, response) => answer(response, 502, {}));
  const creating = site.client.rest.issues.create({ ...where, title: 'x', request: onlyOnce });
  expect(await problemOf(creating)).toMatchObject({ kind: 'server-error', status: 502 });
  expect(site.calls).toHaveLength(1);
});

test('429 waits for as long as the server says, and the wait is reported', async () => {
  await using site = await openSite((_request, response, count) => {
    const message = 'You have exceeded a secondary rate limit.';
    if (count === 1) answer(response, 429, { message }, { 'retry-after': '1' });
    else answer(response, 200, issue);
  });
  const begun = performance.now();
  await site.client.rest.issues.get(where);
  expect(performance.now() - begun).toBeGreaterThan(900);
  expect(site.waits).toEqual([1]);
});

test('a cut answer is no answer', async () => {
  await using site = await openSite((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"title":');
    setImmediate(() => response.destroy());
  });
  const getting = site.client.rest.issues.get({ ...where, request: onlyOnce });
  expect(await problemOf(getting)).toMatchObject({ kind: 'offline' });
});

const refusals: readonly (readonly [string, number, object, Record<string, string>, object])[] = [
  [
    'a bad token',
    401,
    { message: 'Bad credentials' },
    {},
    { kind: 'bad-token', source: 'GH_TOKEN' },
  ],
  [
    'a missing scope',
    403,
    { message: 'Must have admin rights' },
    { 'x-oauth-scopes': 'gist, read:org', 'x-accepted-oauth-scopes': 'repo' },
    { kind: 'missing-scope', needed: ['repo'], has: ['gist', 'read:org'] },
  ],
  [
    'a fine-grained token without the permission',
    403,
    { message: 'Resource not accessible by personal access token' },
    {},
    { kind: 'not-allowed', what: 'una/shop#12' },
  ],
  [
    'single sign-on',
    403,
    { message: 'Resource protected by organization SAML enforcement.' },
    { 'x-github-sso': 'required; url=https://github.com/orgs/x/sso?a=b' },
    { kind: 'sso', url: 'https://github.com/orgs/x/sso?a=b' },
  ],
  ['not found', 404, { message: 'Not Found' }, {}, { kind: 'not-found', what: 'una/shop#12' }],
  [
    'an archived repository',
    403,
    { message: 'Repository was archived so is read-only.' },
    {},
    { kind: 'archived', repository: 'una/shop' },
  ],
  ['switched off issues', 410, { message: 'Issues are disabled' }, {}, { kind: 'issues-off' }],
  [
    'the primary limit',
    403,
    { message: 'API rate limit exceeded for user ID 1.' },
    { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1772454600' },
    { kind: 'primary-limit', resetsAt: '2026-03-02T12:30:00.000Z' },
  ],
  [
    'a long secondary limit',
    403,
    { message: 'You have exceeded a secondary rate limit' },
    { 'retry-after': '600' },
    { kind: 'secondary-limit', retryAfterSeconds: 600 },
  ],
  [
    'abuse',
    403,
    { message: 'You have triggered an abuse detection mechanism.' },
    { 'retry-after': '30' },
    { kind: 'secondary-limit', retryAfterSeconds: 30 },
  ],
  [
    'a refused value',
    422,
    { message: 'Validation Failed', errors: [{ code: 'invalid' }] },
    {},
    { kind: 'refused', status: 422 },
  ],
];

test.each(refusals)('%s is reported by its name', async (_name, status, body, headers, problem) => {
  await using site = await openSite((_request, response) =>
    answer(response, status, body, headers),
  );
  expect(await problemOf(site.client.rest.issues.get(where))).toMatchObject(problem);
});

test('the rate limit is reported in the promised words, with its reset', async () => {
  await using site = await openSite((_request, response) =>
    answer(
      response,
      403,
      { message: 'x' },
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1772454600' },
    ),
  );
  const error: unknown = await site.client.rest.issues
    .get(where)
    .catch((reason: unknown) => reason);
  expect(String(error)).toContain('GitHub API rate limit exceeded');
  expect(String(error)).toContain('2026-03-02T12:30:00.000Z');
});

test('a host that is not there is offline, and nothing hides the token in what is said', async () => {
  const client = openClient({
    host: {
      host: 'github.invalid',
      serverUrl: 'https://github.invalid',
      apiUrl: 'https://github.invalid/api/v3',
      graphqlUrl: 'https://github.invalid/api/graphql',
      tokens: 'any',
    },
    token: { token: 'ghp_secretsecretsecretsecret', source: 'GH_TOKEN' },
    callsPerHour: 100,
    onCall: () => undefined,
    onWait: () => undefined,
    isProxyIgnored: false,
    now: () => new Date(),
  });
  const error: unknown = await client.rest.issues
    .get({ ...where, request: onlyOnce })
    .catch((reason: unknown) => reason);
  expect((error as ForgeError).forge).toMatchObject({ kind: 'offline', host: 'github.invalid' });
  expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain('ghp_secret');
});

test('the calls of an hour end at their budget', async () => {
  await using site = await openSite((_request, response) => answer(response, 200, issue), 1);
  await site.client.rest.issues.get(where);
  expect(await problemOf(site.client.rest.issues.get(where))).toMatchObject({
    kind: 'over-budget',
    freeAt: '2026-03-02T13:00:00.000Z',
  });
});

test('no token goes over an open line to another machine', async () => {
  await using site = await openSite((_request, response) => answer(response, 200, issue));
  const host = { ...site.client.host, apiUrl: 'http://github.example/api/v3' };
  const open = (): GitHubClient =>
    openClient({
      host,
      token: site.client.token,
      callsPerHour: 1,
      onCall: () => undefined,
      onWait: () => undefined,
      isProxyIgnored: false,
      now: () => new Date(),
    });
  expect(open).toThrow('not encrypted');
});

test('GraphQL speaks of its limit and of its errors by name', async () => {
  await using site = await openSite((_request, response, count) => {
    if (count === 1) answer(response, 200, { data: { viewer: { login: 'una' } } });
    else answer(response, 200, { errors: [{ message: 'Field does not exist' }] });
  });
  const query = 'query { viewer { login } }';
  const ask = () => site.client.graphql(viewer, query, {});
  expect(await ask()).toEqual({ viewer: { login: 'una' } });
  expect(await problemOf(ask())).toMatchObject({
    kind: 'refused',
    message: 'Field does not exist',
  });
});
