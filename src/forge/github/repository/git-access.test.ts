import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { listenOnLoopback } from '../../../../test/rig/listen-on-loopback.ts';
import { gitAccess } from './git-access.ts';

const run = promisify(execFile);

async function serve(answer: (path: string) => string | null) {
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization);
    const location = answer(request.url ?? '');
    response.writeHead(location === null ? 404 : 302, location === null ? {} : { location }).end();
  });
  return { seen, ...(await listenOnLoopback(server)) };
}

test('git takes the token to the one address, and follows no redirect, whatever is configured', async () => {
  await using other = await serve(() => null);
  await using site = await serve((path) => `${other.url}${path}`);
  // As a user may have it for this very server.
  const before = {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${site.url}/.followRedirects`,
    GIT_CONFIG_VALUE_0: 'true',
  };
  const host = {
    ...{ host: new URL(site.url).host, serverUrl: site.url, apiUrl: site.url },
    ...{ graphqlUrl: site.url, tokens: 'any' as const },
  };
  const access = gitAccess({ host, to: { owner: 'una', repo: 'shop' }, token: 't', env: before });
  const env = { PATH: process.env['PATH'], GIT_CONFIG_NOSYSTEM: '1', ...before, ...access.env };
  const asked = run('git', ['ls-remote', access.url], { env });
  await expect(asked).rejects.toThrow('returned error: 302');
  expect(site.seen).toEqual([`Basic ${Buffer.from('x-access-token:t').toString('base64')}`]);
  expect(other.seen).toEqual([]);
});
