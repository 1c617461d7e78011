import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDashboard, type Answered, type StartedDashboard } from '../rig/dashboard.ts';
import { makeWorld, type World } from '../rig/world.ts';

let world: World;
let dashboard: StartedDashboard;
/** The path of the one run there is. */
let run: string;
/** What a browser sends that has the key. */
let cookie: string;

beforeAll(async () => {
  world = await makeWorld({ issue: ['One'] });
  expect((await world.orchestrate('--check', 'true')).code).toBe(0);
  dashboard = await startDashboard(world);
  run = `/api/runs/${(await dashboard.run()).id}`;
  const { headers } = await dashboard.raw(`/?token=${dashboard.token}`);
  cookie = (headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '';
});
afterAll(async () => {
  await dashboard[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

type Headers = Readonly<Record<string, string>>;

const withKey = (): Headers => ({ Authorization: `Bearer ${dashboard.token}` });
const json = { 'Content-Type': 'application/json' };
const own = (): string => `http://127.0.0.1:${dashboard.port}`;
const pause = (headers: Headers, method = 'POST'): Promise<Answered> =>
  dashboard.raw(`${run}/pause`, { method, headers, body: /^[PO]/u.test(method) ? '{}' : '' });

describe('the key', () => {
  test.each([
    ['no key', () => ({})],
    ['a wrong bearer', () => ({ Authorization: `Bearer ${'x'.repeat(43)}` })],
    ['an empty bearer', () => ({ Authorization: 'Bearer ' })],
    ['the key in another scheme', () => ({ Authorization: `Basic ${dashboard.token}` })],
    ['a wrong cookie', () => ({ Cookie: `flotilla-${dashboard.port}=nothing` })],
    ['the cookie of another dashboard', () => ({ Cookie: `flotilla-1=${dashboard.token}` })],
    [
      'a wrong bearer next to the right cookie',
      () => ({ Cookie: cookie, Authorization: 'Bearer wrong' }),
    ],
  ] satisfies [string, () => Headers][])('%s opens nothing', async (_, headers) => {
    for (const path of ['/', '/runs/a/b', '/assets/x.js', '/api/overview', '/api/none', run]) {
      const { status, body } = await dashboard.raw(path, { headers: headers() });
      expect([path, status]).toEqual([path, 401]);
      expect(body).toContain('flotilla dashboard');
    }
    expect((await pause({ ...json, ...headers() })).status).toBe(401);
  });

  test('a wrong key in the address is refused, and opens no API where it is right', async () => {
    expect((await dashboard.raw('/?token=wrong')).status).toBe(401);
    expect((await dashboard.raw('/?token=')).status).toBe(401);
    expect((await dashboard.raw(`/api/overview?token=${dashboard.token}`)).status).toBe(401);
    const post = { method: 'POST', headers: json, body: '{}' };
    expect((await dashboard.raw(`/?token=${dashboard.token}`, post)).status).toBe(401);
  });

  test('the key in the address becomes a cookie of this port that no script and no other site has', async () => {
    const { status, headers, body } = await dashboard.raw(`/runs/a?x=1&token=${dashboard.token}`);
    expect(status).toBe(200);
    const [set = ''] = headers['set-cookie'] ?? [];
    expect(set).toMatch(new RegExp(`^flotilla-${dashboard.port}=`, 'u'));
    for (const part of ['HttpOnly', 'SameSite=Strict', 'Path=/']) expect(set).toContain(part);
    expect(body).toContain('content="0;url=/runs/a?x=1"');
    expect(body).not.toContain(dashboard.token);
    const opened = await dashboard.raw('/api/overview', { headers: { Cookie: cookie } });
    expect(opened.status).toBe(200);
  });

  test('an address with the key leads nowhere else', async () => {
    for (const path of ['//elsewhere.example/', '/\\elsewhere.example/', '/"><script>/']) {
      const { status, headers, body } = await dashboard.raw(`${path}?token=${dashboard.token}`);
      expect(headers).not.toHaveProperty('location');
      expect(headers).toHaveProperty('content-security-policy');
      if (status === 200) expect(body).toMatch(/content="0;url=\/(?![/\\])[^"<>]*">/u);
      else expect([path, status]).toEqual([path, 400]);
    }
  });
});

describe('another page in the same browser', () => {
  const names = ['evil.example', 'evil.example:80', '127.0.0.1', '127.0.0.1:1', '[::1]'];
  test.each(names)('a name that was pointed at this machine is refused: %j', async (host) => {
    for (const path of ['/', '/api/overview', `/?token=${dashboard.token}`]) {
      const { status, body } = await dashboard.raw(path, {
        headers: { Host: host, Cookie: cookie, ...withKey() },
      });
      expect(status).toBe(421);
      expect(body).not.toContain(dashboard.token);
    }
  });

  test.each(['HTTP/1.0', 'HTTP/1.0\r\nHost: ', 'HTTP/1.1'])(
    'no name at all is refused: %j',
    async (rest) => {
      const socket = connect(dashboard.port, '127.0.0.1');
      socket.end(`GET / ${rest}\r\nAuthorization: Bearer ${dashboard.token}\r\n\r\n`);
      expect(await text(socket)).toMatch(/^HTTP\/1\.1 4(?:00|21) /u);
    },
  );

  test('it is served under both of its own names', async () => {
    for (const name of ['127.0.0.1', 'localhost']) {
      const headers = { Host: `${name}:${dashboard.port}`, ...withKey() };
      expect((await dashboard.raw('/api/overview', { headers })).status).toBe(200);
    }
  });

  test.each(['http://evil.example', 'null', 'http://localhost:1', 'https://127.0.0.1'])(
    'an origin that is not ours is refused: %s',
    async (origin) => {
      const headers = { ...json, Cookie: cookie, Origin: origin };
      expect((await pause(headers)).status).toBe(403);
      expect((await dashboard.raw('/api/overview', { headers })).status).toBe(403);
      expect((await pause({ ...headers, ...withKey() })).status).toBe(403);
    },
  );

  test.each(['cross-site', 'same-site'])('what a browser calls %s is refused', async (site) => {
    const headers = { ...json, Cookie: cookie, 'Sec-Fetch-Site': site };
    expect((await pause(headers)).status).toBe(403);
    expect((await dashboard.raw('/api/overview', { headers })).status).toBe(403);
    expect((await dashboard.raw(`${run}/stream`, { headers })).status).toBe(403);
  });

  test.each([
    ['a form', 'application/x-www-form-urlencoded'],
    ['text', 'text/plain'],
    ['a form with files', 'multipart/form-data; boundary=x'],
    ['text that says it is JSON', 'text/plain; application/json'],
    ['nothing', ''],
  ])('what is posted as %s is refused', async (_, type) => {
    const headers = { Cookie: cookie, ...(type === '' ? {} : { 'Content-Type': type }) };
    expect((await pause(headers)).status).toBe(415);
  });

  test('no preflight is answered with a permission', async () => {
    const headers = {
      Origin: 'http://evil.example',
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'content-type',
    };
    const answer = await dashboard.raw(`${run}/pause`, { method: 'OPTIONS', headers });
    expect(answer.status).toBe(403);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-'))).toEqual([]);
  });

  test('nothing is done by a GET, and by no other method than POST', async () => {
    const headers = { ...json, ...withKey() };
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH'])
      expect([method, (await pause(headers, method)).status]).toEqual([method, 404]);
    const log = await world.flotilla('logs', '../issue.md');
    expect(log.stdout).not.toContain('paused');
  });

  test('what comes from our own page is taken', async () => {
    const headers = { ...json, Cookie: cookie, Origin: own(), 'Sec-Fetch-Site': 'same-origin' };
    const { status, body } = await pause(headers);
    expect([status, JSON.parse(body)]).toMatchObject([200, { isDone: true }]);
  });
});

test('every answer, also of what goes wrong, lets a browser run our own files alone, and keep nothing', async () => {
  const headers = withKey();
  const all: Record<string, Answered> = {
    page: await dashboard.raw('/', { headers }),
    key: await dashboard.raw(`/?token=${dashboard.token}`),
    overview: await dashboard.raw('/api/overview', { headers }),
    run: await dashboard.raw(run, { headers }),
    unknown: await dashboard.raw('/api/runs/a/b', { headers }),
    nowhere: await dashboard.raw('/api/nowhere', { headers }),
    task: await dashboard.raw(`${run}/tasks/77`, { headers }),
    unauthorised: await dashboard.raw('/'),
    host: await dashboard.raw('/', { headers: { Host: 'evil.example' } }),
    origin: await dashboard.raw('/', { headers: { ...headers, Origin: 'http://evil.example' } }),
    type: await dashboard.raw(`${run}/pause`, { method: 'POST', headers, body: 'x' }),
    input: await dashboard.post(`${run}/skip`, { task: 'one' }),
    large: await dashboard.raw(`${run}/tell`, {
      method: 'POST',
      headers: { ...headers, ...json },
      body: JSON.stringify({ task: 1, text: 'x'.repeat(2_100_000) }),
    }),
  };
  expect(
    Object.fromEntries(Object.entries(all).map(([name, { status }]) => [name, status])),
  ).toEqual({
    ...{ page: 200, key: 200, overview: 200, run: 200, unknown: 404, nowhere: 404, task: 404 },
    ...{ unauthorised: 401, host: 421, origin: 403, type: 415, input: 400, large: 413 },
  });
  for (const [name, { headers: got }] of Object.entries(all)) {
    expect([name, got]).toMatchObject([
      name,
      {
        'content-security-policy': expect.stringMatching(
          /^default-src 'none'; script-src 'self';/u,
        ),
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
        'cross-origin-opener-policy': 'same-origin',
        'cache-control': 'no-store',
      },
    ]);
    expect(got['content-security-policy']).not.toContain('unsafe');
    expect(got['content-security-policy']).toContain("frame-ancestors 'none'");
  }
  const stream = await dashboard.events(`${run}/stream`);
  expect(stream.status).toBe(200);
  stream.close();
});

test('two dashboards at once have a key each, and one browser may open both', async () => {
  await using other = await startDashboard(world);
  expect(other.port).not.toBe(dashboard.port);
  expect(other.token).not.toBe(dashboard.token);
  const { headers } = await other.raw(`/?token=${other.token}`);
  const both = [cookie, (headers['set-cookie']?.[0] ?? '').split(';')[0]].join('; ');
  for (const one of [dashboard, other])
    expect((await one.raw('/api/overview', { headers: { Cookie: both } })).status).toBe(200);
  const foreign = { Authorization: `Bearer ${dashboard.token}` };
  expect((await other.raw('/api/overview', { headers: foreign })).status).toBe(401);
});

test('a port that is taken, or is none, is refused with what to do', async () => {
  const taken = await world.flotilla('dashboard', '--no-open', '--port', String(dashboard.port));
  expect([taken.code, taken.stderr]).toEqual([64, expect.stringMatching(/--port/u)]);
  for (const port of ['0', '65536', '80x', '-1', '1e3', '']) {
    const { code, stderr } = await world.flotilla('dashboard', '--no-open', `--port=${port}`);
    expect([port, code]).toEqual([port, 64]);
    expect(stderr).toContain('from 1 to 65535');
  }
});

test('the key stands in its output alone, and it ends at once by any signal, readers or not', async () => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    await using one = await startDashboard(world);
    const stream = await one.events('/api/overview/stream');
    await stream.until(({ event }) => event === 'overview');
    const begun = performance.now();
    one.running.signal(signal);
    const { code, stdout, stderr } = await one.running.ended;
    expect([signal, code, stderr]).toEqual([signal, 0, '']);
    expect(performance.now() - begun).toBeLessThan(2_000);
    await stream.ended;
    expect(stdout).toBe(`${one.url}\n`);
  }
});
