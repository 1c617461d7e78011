import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { hostAddresses } from '../repository/place.ts';
import { findToken } from './token.ts';

/** A `gh` that knows a token for one host, and none without being told the host. */
function folderWithGh(host: string, token: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-gh-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const script = `#!/bin/sh\n[ "$1 $2 $3 $4" = "auth token --hostname ${host}" ] || exit 1\nprintf '%s\\n' "\${GH_TOKEN:-${token}}"\n`;
  writeFileSync(join(folder, 'gh'), script);
  chmodSync(join(folder, 'gh'), 0o755);
  return folder;
}

const cloud = hostAddresses('github.com', {}, null);

test('the configured variable goes before GH_TOKEN, and that before GITHUB_TOKEN', async () => {
  const env = { PATH: '/nowhere', MINE: 'm', GH_TOKEN: 'g', GITHUB_TOKEN: 'h' };
  const find = (from: NodeJS.ProcessEnv, variable: string | null) =>
    findToken({ host: cloud, env: from, variable });
  expect(await find(env, 'MINE')).toEqual({ token: 'm', source: 'MINE' });
  expect(await find(env, null)).toEqual({ token: 'g', source: 'GH_TOKEN' });
  expect(await find({ ...env, GH_TOKEN: '' }, null)).toMatchObject({ source: 'GITHUB_TOKEN' });
  expect(await find({ PATH: '/nowhere' }, 'MINE')).toBeNull();
});

test('gh is asked for the host last', async () => {
  const PATH = `${folderWithGh('github.com', 'stored')}:/usr/bin:/bin`;
  expect(await findToken({ host: cloud, env: { PATH }, variable: null })).toEqual({
    token: 'stored',
    source: 'gh auth token --hostname github.com',
  });
});

test('a token for github.com is not sent to whatever host a remote names', async () => {
  const host = hostAddresses('git.example', {}, null);
  const PATH = `${folderWithGh('git.example', 'enterprise')}:/usr/bin:/bin`;
  const env = { PATH, GH_TOKEN: 'cloud', GITHUB_TOKEN: 'cloud' };
  expect(await findToken({ host, env, variable: null })).toMatchObject({ token: 'enterprise' });
  expect(await findToken({ host, env, variable: 'GH_TOKEN' })).toMatchObject({
    token: 'enterprise',
  });
  const own = { ...env, GH_ENTERPRISE_TOKEN: 'own', GITHUB_ENTERPRISE_TOKEN: 'own' };
  expect(await findToken({ host, env: own, variable: 'GH_ENTERPRISE_TOKEN' })).toMatchObject({
    token: 'enterprise',
  });
});

test.each([
  [{ GH_HOST: 'git.example' }, null],
  [{}, 'git.example'],
])(
  'a host that the user names (%j, %j) has the tokens for an Enterprise alone',
  async (named, configured) => {
    const env = { PATH: '/nowhere', GH_TOKEN: 'cloud', ...named };
    const host = hostAddresses('git.example', env, configured);
    expect(await findToken({ host, env, variable: null })).toBeNull();
    const own = { ...env, GH_ENTERPRISE_TOKEN: 'own' };
    expect(await findToken({ host, env: own, variable: null })).toMatchObject({ token: 'own' });
  },
);

test('a host that the environment names has the usual token', async () => {
  const env = { PATH: '/nowhere', GITHUB_SERVER_URL: 'http://127.0.0.1:9', GH_TOKEN: 'g' };
  const host = hostAddresses('127.0.0.1:9', env, null);
  expect(await findToken({ host, env, variable: null })).toMatchObject({ token: 'g' });
});
