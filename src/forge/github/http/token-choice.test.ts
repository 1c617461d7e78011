import { expect, test } from 'vitest';
import { tokensFor } from './token-choice.ts';

const host = 'git.example';

test.each([
  ['nothing but a remote', {}, null, 'stored'],
  ['GH_HOST', { GH_HOST: 'Git.Example' }, null, 'enterprise'],
  ['GH_HOST of another host', { GH_HOST: 'other.example' }, null, 'stored'],
  ['a trusted configuration', {}, host, 'enterprise'],
  ['GITHUB_SERVER_URL', { GITHUB_SERVER_URL: 'https://git.example/' }, null, 'any'],
  ['GITHUB_API_URL', { GITHUB_API_URL: 'https://git.example/api/v3' }, null, 'any'],
  ['GITHUB_API_URL of its API', { GITHUB_API_URL: 'https://api.git.example' }, null, 'any'],
  ['GITHUB_API_URL of another host', { GITHUB_API_URL: 'http://127.0.0.1:1' }, null, 'stored'],
  ['another port', { GITHUB_SERVER_URL: 'https://git.example:444' }, null, 'stored'],
  ['another scheme of the same host', { GITHUB_SERVER_URL: 'http://git.example' }, null, 'any'],
  ['a server that is no URL', { GITHUB_SERVER_URL: 'git.example' }, null, 'stored'],
] as const)('named by %s', (_name, env, configured, tokens) => {
  expect(tokensFor(host, env, configured)).toBe(tokens);
});

test('github.com needs no naming, and a tenant of its cloud does', () => {
  expect(tokensFor('github.com', {}, null)).toBe('any');
  expect(tokensFor('una.ghe.com', {}, null)).toBe('stored');
  expect(tokensFor('una.ghe.com', { GH_HOST: 'una.ghe.com' }, null)).toBe('any');
});
