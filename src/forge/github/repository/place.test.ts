import { expect, test } from 'vitest';
import { hostAddresses, readRemoteUrl } from './place.ts';

const forms = [
  ['https://github.com/una/shop.git', 'github.com', false],
  ['https://github.com/una/shop', 'github.com', false],
  ['https://x-access-token:secret@github.com/una/shop.git', 'github.com', false],
  ['https://github.example:8443/una/shop/', 'github.example:8443', false],
  ['http://127.0.0.1:4567/una/shop.git', '127.0.0.1:4567', false],
  ['git@github.com:una/shop.git', 'github.com', true],
  ['git@github.com:/una/shop.git', 'github.com', true],
  ['work:una/shop.git', 'work', true],
  ['ssh://git@github.com/una/shop.git', 'github.com', true],
  ['ssh://git@ssh.github.com:443/una/shop.git', 'github.com', true],
  ['ssh://git@github.example:2222/una/shop.git', 'github.example', true],
  ['git://github.com/una/shop.git', 'github.com', false],
] as const;

test.each(forms)('%s is una/shop on %s', (url, host, isSsh) => {
  expect(readRemoteUrl(url)).toEqual({ host, owner: 'una', repo: 'shop', isSsh });
});

test.each(['/srv/git/shop.git', '../shop', 'C:\\shop', 'file:///srv/una/shop.git', ''])(
  '%s is no repository on the web',
  (url) => {
    expect(readRemoteUrl(url)).toBeNull();
  },
);

test('dots in a name are kept', () => {
  expect(readRemoteUrl('git@github.com:una/shop.github.io.git')?.repo).toBe('shop.github.io');
});

test('each GitHub has its own addresses', () => {
  expect(hostAddresses('github.com', {}, null).apiUrl).toBe('https://api.github.com');
  expect(hostAddresses('una.ghe.com', {}, null).graphqlUrl).toBe('https://api.una.ghe.com/graphql');
  expect(hostAddresses('git.example', {}, null)).toMatchObject({
    apiUrl: 'https://git.example/api/v3',
    graphqlUrl: 'https://git.example/api/graphql',
    tokens: 'stored',
  });
});

test('the environment of GitHub Actions speaks of its own host alone', () => {
  const env = {
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_API_URL: 'https://api.github.com',
    GITHUB_GRAPHQL_URL: 'https://api.github.com/graphql',
  };
  expect(hostAddresses('git.example', env, null)).toMatchObject({
    apiUrl: 'https://git.example/api/v3',
    tokens: 'stored',
  });
  const other = { GITHUB_API_URL: 'http://127.0.0.1:1/api/v3/' };
  expect(hostAddresses('127.0.0.1:1', other, null)).toMatchObject({
    apiUrl: 'http://127.0.0.1:1/api/v3',
    tokens: 'any',
  });
});

test('the address of one API is not taken for that of whatever host a remote names', () => {
  const env = { GITHUB_API_URL: 'http://127.0.0.1:1' };
  expect(hostAddresses('git.example', env, null)).toMatchObject({
    apiUrl: 'https://git.example/api/v3',
    serverUrl: 'https://git.example',
    tokens: 'stored',
  });
  expect(hostAddresses('git.example', env, 'git.example')).toMatchObject({
    apiUrl: 'https://git.example/api/v3',
    tokens: 'enterprise',
  });
  expect(hostAddresses('github.com', env, null)).toMatchObject({
    apiUrl: 'http://127.0.0.1:1',
    serverUrl: 'https://github.com',
  });
});
