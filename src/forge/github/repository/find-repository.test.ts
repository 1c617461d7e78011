import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { gitAt } from '../../../git/git.ts';
import { findGitHubRemotes, type GitHubRemote, type RemotesParams } from './find-repository.ts';

async function remotesOf(
  remotes: Readonly<Record<string, string>>,
  more: Partial<RemotesParams> = {},
): Promise<readonly GitHubRemote[]> {
  const folder = mkdtempSync(join(tmpdir(), 'remotes-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const git = (...args: readonly string[]): void =>
    void execFileSync('git', args, { cwd: folder, stdio: 'ignore' });
  git('init');
  for (const [name, url] of Object.entries(remotes)) git('remote', 'add', name, url);
  // An ssh that knows one alias.
  const ssh = join(folder, 'ssh');
  writeFileSync(
    ssh,
    '#!/bin/sh\n[ "$3" = work ] && echo "hostname github.com" || echo "hostname $3"\n',
  );
  chmodSync(ssh, 0o755);
  const env = { PATH: `${folder}:${process.env['PATH']}`, ...more.env };
  const params = { git: gitAt(folder, env), host: null, remote: null, isAnyHost: false };
  return findGitHubRemotes({ ...params, ...more, env });
}

const names = (remotes: readonly GitHubRemote[]): string[] => remotes.map(({ remote }) => remote);

test('upstream goes before origin, and the configured remote before all', async () => {
  const remotes = {
    origin: 'git@github.com:me/shop.git',
    upstream: 'https://github.com/una/shop',
    other: 'https://github.com/x/shop',
  };
  expect(names(await remotesOf(remotes))).toEqual(['upstream', 'origin', 'other']);
  expect(names(await remotesOf(remotes, { remote: 'other' }))[0]).toBe('other');
});

test('an alias of ssh is asked for its host', async () => {
  expect(await remotesOf({ origin: 'work:una/shop.git' })).toMatchObject([
    { host: 'github.com', owner: 'una', repo: 'shop' },
  ]);
});

test('another host is no GitHub, unless somebody says so', async () => {
  const remotes = { origin: 'https://git.example/una/shop.git' };
  expect(await remotesOf(remotes)).toEqual([]);
  expect(names(await remotesOf(remotes, { host: 'git.example' }))).toEqual(['origin']);
  const env = { GITHUB_SERVER_URL: 'https://git.example' };
  expect(names(await remotesOf(remotes, { env }))).toEqual(['origin']);
  expect(names(await remotesOf(remotes, { isAnyHost: true }))).toEqual(['origin']);
});

test('a path on this machine is none', async () => {
  expect(await remotesOf({ origin: '/srv/una/shop.git' }, { isAnyHost: true })).toEqual([]);
});
