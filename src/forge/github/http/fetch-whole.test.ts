import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { listenOnLoopback } from '../../../../test/rig/listen-on-loopback.ts';
import { fetchWhole } from './fetch-whole.ts';

type Site = AsyncDisposable & { readonly url: string; readonly seen: IncomingMessage[] };

async function serve(answer: (response: ServerResponse, request: IncomingMessage) => unknown) {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    request.resume();
    answer(response, request);
  });
  return { seen, ...(await listenOnLoopback(server)) } satisfies Site;
}

const headers = { authorization: 'token secret' };

const patient = {
  ...{ beginMs: 5_000, wholeMs: 5_000 },
  slowest: { afterMs: 5_000, bytesPerSecond: 1 },
};

function fetchFrom({ url }: Site, limits: Partial<typeof patient> = {}) {
  const fetching = fetchWhole({ ...patient, origins: [url], ...limits });
  return (path: string, init: RequestInit = {}) => fetching(`${url}${path}`, { headers, ...init });
}

test('an answer that does not begin, and one that does not end, are given up', async () => {
  await using silent = await serve(() => undefined);
  await expect(fetchFrom(silent, { beginMs: 50 })('/')).rejects.toThrow('no answer in time');
  await using slow = await serve((response) => response.write('{'));
  await expect(fetchFrom(slow, { wholeMs: 50 })('/')).rejects.toMatchObject({
    name: 'TimeoutError',
  });
});

test('an answer that drips is given up long before its time is over', async () => {
  await using site = await serve((response) => {
    const timer = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(timer));
  });
  const slowest = { afterMs: 200, bytesPerSecond: 1_000 };
  await expect(fetchFrom(site, { slowest })('/')).rejects.toMatchObject({ name: 'TimeoutError' });
  // One that takes as long, and has most of its text by then, is waited for.
  await using fast = await serve((response) => {
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.write('x'.repeat(1_000_000));
    setTimeout(() => response.end(), 500);
  });
  const { body } = await fetchFrom(fast, { slowest })('/');
  expect((body as unknown as string).length).toBe(1_000_000);
});

test('a redirect to the same host is followed with all that was sent', async () => {
  const bodies: string[] = [];
  await using site = await serve((response, request) => {
    request.on('data', (chunk: Buffer) => bodies.push(chunk.toString()));
    request.on('end', () => {
      if (request.url === '/old') response.writeHead(307, { location: '/new' }).end();
      else response.writeHead(200, { 'content-type': 'application/json' }).end('{"a":1}');
    });
  });
  const answer = await fetchFrom(site)('/old', { method: 'POST', body: 'text' });
  expect(answer.body).toEqual({ a: 1 });
  expect(bodies).toEqual(['text', 'text']);
  expect(site.seen.map(({ headers: sent }) => sent.authorization)).toEqual([
    'token secret',
    'token secret',
  ]);
});

const log = '/api/v3/repos/una/shop/actions/jobs/12/logs';

test('the log of a job comes from where it lies, without the token, and its end is kept', async () => {
  await using store = await serve((response) => {
    response.writeHead(200, { 'content-type': 'text/plain' });
    for (let line = 0; line < 40; line += 1) response.write(`${String(line).repeat(50_000)}\n`);
    response.end('the end');
  });
  await using site = await serve((response) =>
    response.writeHead(302, { location: `${store.url}/log` }).end(),
  );
  const text = (await fetchFrom(site)(log)).body as unknown as string;
  expect(text).toHaveLength(1024 * 1024);
  expect(text.endsWith('the end')).toBe(true);
  expect(store.seen[0]?.headers.authorization).toBeUndefined();
});

test.each(['/api/v3/repos/una/shop/actions/jobs/12', '/repos/una/shop/issues/1', `${log}/more`])(
  '%s is not fetched from another host',
  async (path) => {
    await using other = await serve((response) => response.end('{}'));
    await using site = await serve((response) =>
      response.writeHead(302, { location: `${other.url}/` }).end(),
    );
    await expect(fetchFrom(site)(path)).rejects.toThrow('leads to');
    expect(other.seen).toEqual([]);
  },
);

test.each(['ftp://127.0.0.1/log', 'data:text/plain,x', 'https://127.0.0.1:1/'])(
  'a log is not fetched from %s, which is of another kind',
  async (location) => {
    await using site = await serve((response) => response.writeHead(302, { location }).end());
    await expect(fetchFrom(site)(log)).rejects.toThrow('leads to');
  },
);

test('another origin is not even asked', async () => {
  await using other = await serve((response) => response.end('{}'));
  await using site = await serve((response) => response.end('{}'));
  const fetching = fetchWhole({ ...patient, origins: [site.url] });
  await expect(fetching(`${other.url}/`, { headers })).rejects.toThrow('leads to');
  expect(other.seen).toEqual([]);
});
