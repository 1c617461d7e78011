import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import { makeWorld } from '../rig/world.ts';
import { listenOnLoopback } from '../rig/listen-on-loopback.ts';

// Whole programs, on machines that have other things to do.
vi.setConfig({ testTimeout: 60_000 });

const token = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';

type Answer = (request: IncomingMessage, response: ServerResponse, other: string) => unknown;

type Server = AsyncDisposable & { readonly url: string; readonly seen: IncomingMessage[] };

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => unknown) {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    request.resume();
    response.on('error', () => undefined);
    seen.push(request);
    answer(request, response);
  });
  return { seen, ...(await listenOnLoopback(server)) } satisfies Server;
}

const repository = {
  ...{ id: 1, name: 'shop', full_name: 'una/shop', owner: { login: 'una' } },
  ...{ default_branch: 'main', archived: false, has_issues: true, fork: false },
  permissions: { push: true },
};
const issue = {
  ...{ id: 5, number: 1, html_url: 'x', title: 'Plan', state: 'open', labels: [] },
  ...{ body: '## Sub-Tasks\n\n- [ ] One\n', user: { login: 'una' }, author_association: 'OWNER' },
};

function json(response: ServerResponse, value: unknown, headers: Record<string, string> = {}) {
  response.writeHead(200, { 'content-type': 'application/json', ...headers });
  response.end(typeof value === 'string' ? value : JSON.stringify(value));
}

/** A GitHub that is sound but for one kind of answer. */
function but(path: RegExp, answer: Answer): Answer {
  return (request, response, other) => {
    const at = request.url?.split('?')[0] ?? '';
    if (path.test(at)) return answer(request, response, other);
    if (at.endsWith('/sub_issues')) return json(response, []);
    if (/\/issues\/\d+$/u.test(at)) return json(response, issue);
    return json(response, /^\/repos\/una\/shop$/u.test(at) ? repository : {});
  };
}

function endless(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const block = Buffer.alloc(1 << 20, ' ');
  const more = (): void => {
    while (!response.destroyed && response.write(block));
  };
  response.on('drain', more);
  more();
}

const limited = (headers: Record<string, string>, message: string) =>
  ((_request, response) => {
    response.writeHead(403, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ message }));
  }) satisfies Answer;

const subIssues = /\/sub_issues$/u;
const oneIssue = /\/issues\/1$/u;
const bomb = gzipSync(Buffer.alloc(100e6, ' '));
const deep = 1 << 18;

const attacks: readonly (readonly [string, Answer, string])[] = [
  [
    'a redirect to another host',
    (request, response, other) =>
      response.writeHead(302, { location: `${other}${request.url}` }).end(),
    'redirects to another place',
  ],
  [
    'redirects in a circle',
    (request, response) => response.writeHead(301, { location: request.url }).end(),
    'redirects to another place',
  ],
  [
    'a next page on another host',
    but(subIssues, (_request, response, other) =>
      json(response, [], { link: `<${other}/page?page=2>; rel="next"` }),
    ),
    'redirects to another place',
  ],
  [
    'next pages without an end',
    but(subIssues, (request, response) =>
      json(response, [issue], { link: `<http://${request.headers.host}/x?page=2>; rel="next"` }),
    ),
    'continues after',
  ],
  [
    'a small answer that is large when it is unpacked',
    (_request, response) =>
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
        .end(bomb),
    'larger than 8 MB',
  ],
  ['an answer without an end', endless, 'larger than 8 MB'],
  [
    'an answer of many brackets',
    (_request, response) => json(response, '['.repeat(deep) + ']'.repeat(deep - 1)),
    'cannot be reached',
  ],
  [
    'a refusal of many brackets',
    (_request, response) => {
      response.writeHead(422, { 'content-type': 'application/json' });
      response.end(`{"message":"No","errors":[${'['.repeat(20_000)}${']'.repeat(20_000)}]}`);
    },
    'GitHub refused the request (422): No',
  ],
  ...['null', '[]', '42', '"x"', 'true'].map(
    (text) =>
      [
        `${text} for everything`,
        (_request: IncomingMessage, response: ServerResponse) => json(response, text),
        'is of a type that GitHub does not send',
      ] as const,
  ),
  [
    'a repository of other types',
    but(/^\/repos\/una\/shop$/u, (_request, response) =>
      json(response, { permissions: 7, default_branch: { a: 1 }, owner: null }),
    ),
    'is of a type that GitHub does not send',
  ],
  [
    'an issue whose text is a number',
    but(oneIssue, (_request, response) => json(response, { ...issue, body: 12_345 })),
    'body is of a type',
  ],
  [
    'an issue with labels of other types',
    but(oneIssue, (_request, response) => json(response, { ...issue, labels: [null, 1] })),
    'labels.0 is of a type',
  ],
  [
    'sub-issues of other types',
    but(subIssues, (_request, response) => json(response, [null, { number: 'x' }])),
    '0 is of a type',
  ],
  [
    'a page of a million items',
    but(subIssues, (_request, response) => json(response, `[${'0,'.repeat(1_000_000)}0]`)),
    'it is of a type',
  ],
  [
    'a limit that ends in the year 285 million',
    limited(
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '9000000000000000' },
      'API rate limit exceeded',
    ),
    'GitHub API rate limit exceeded; it resets at 20',
  ],
  [
    'a limit that ends at no time at all',
    limited({ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': 'soon' }, 'rate limit'),
    'GitHub API rate limit exceeded; it resets at 20',
  ],
  [
    'a wait of a hundred years',
    limited({ 'retry-after': '3153600000' }, 'You have exceeded a secondary rate limit'),
    'for 3600 s',
  ],
];

test.each(attacks)('%s is a problem with a name', async (_name, answer, words) => {
  await using other = await serve((_request, response) => json(response, {}));
  await using server = await serve((request, response) => answer(request, response, other.url));
  await using world = await makeWorld({
    env: { GITHUB_SERVER_URL: server.url, GITHUB_API_URL: server.url, GH_TOKEN: token },
  });
  world.git('remote', 'add', 'origin', `${server.url}/una/shop.git`);
  const { code, stdout, stderr } = await world.flotilla('orchestrate', '1', '--dry-run');
  const said = stdout + stderr;
  expect(said).not.toMatch(/bug in Flotilla|TypeError|RangeError|\n +at /u);
  expect(said).toContain(words);
  expect(said).not.toContain(token);
  expect(code, said).toBe(5);
  // Neither with the token nor without it.
  expect(other.seen).toEqual([]);
  expect(server.seen.some(({ headers }) => headers.authorization !== undefined)).toBe(true);
});
