import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { redact } from './redact.ts';

const letters = 'Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXy4z';

test.each([
  [`token ghp_${letters}${letters} used`, 'token [redacted] used'],
  [`github_pat_11ABC_${letters}`, '[redacted]'],
  [`gho_${letters}, ghs_${letters}`, '[redacted], [redacted]'],
  [`key sk-ant-api03-${letters}-${letters}AA`, 'key [redacted]'],
  [`key sk-proj-${letters}`, 'key [redacted]'],
  ['AKIAIOSFODNN7EXAMPLE', '[redacted]'],
  [`Authorization: Bearer ${letters}`, 'Authorization: Bearer [redacted]'],
  ['authorization: Basic dXNlcjpwYXNz', 'authorization: Basic [redacted]'],
  [`curl -H "authorization: ${letters}"`, 'curl -H "authorization: [redacted]"'],
  ['https://user:pass@host/x', 'https://[redacted]@host/x'],
  ['https://x-access-token:a@b@github.com/o/r.git', 'https://[redacted]@github.com/o/r.git'],
  ['postgres://app:s3cr3t@127.0.0.1:5432/shop', 'postgres://[redacted]@127.0.0.1:5432/shop'],
  ['PASSWORD=hunter2', 'PASSWORD=[redacted]'],
  ['db_password="two words" next', 'db_password="[redacted]" next'],
  ['?a=1&access_token=abc&b=2', '?a=1&access_token=[redacted]&b=2'],
  ['{"token": "abc def", "n": 1}', '{"token": "[redacted]", "n": 1}'],
  [`api_key: ${letters}`, 'api_key: [redacted]'],
  ['login --password hunter2 --force', 'login --password [redacted] --force'],
  [`jwt eyJhbGciOiJI.eyJzdWIiOiIx.${letters}`, 'jwt [redacted]'],
])('%s', (text, shown) => {
  expect(redact(text, [])).toBe(shown);
});

test.each([
  'SyntaxError: Unexpected token: punctuation }',
  'Unexpected token < in JSON at position 0',
  'if (token === expected) return secret.length;',
  'const password = readPassword(prompt);',
  'Basic authentication and bearer tokens are described below',
  'PASSWORD=$DB_PASSWORD token=null',
  'git@github.com:o/r.git and ssh://git@github.com/o/r.git',
  'see https://example.com/a@b and user@example.com',
  'task-risk-assessment-of-everything-here sk-learn',
  'commit 9f8e7d6c5b4a39281706f5e4d3c2b1a098765432',
  '/ws/1/src/secret/token.js:12:5',
  'AssertionError: expected 3 to be 4 // Object.is equality',
])('leaves %s as it is', (text) => {
  expect(redact(text, [])).toBe(text);
});

test('given secrets go in every way in which they are written', () => {
  const secret = 'p@ss "word"/1';
  const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret), btoa(secret)];
  const shown = redact(forms.join('\n'), [secret]);
  expect(shown).not.toContain('word');
  expect(shown).not.toContain(btoa(secret));
  expect(shown.match(/\[redacted\]/gu)).toHaveLength(4);
});

test('the longer of two secrets goes first, and very short ones leave the text alone', () => {
  expect(redact('abcdef abcd a', ['abcd', 'abcdef', 'a', ''])).toBe('[redacted] [redacted] a');
});

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

test('a private key is removed as a whole, and the text around it stays', () => {
  expect(redact(`before\n${privateKey}after`, [])).toBe('before\n[redacted]\nafter');
  expect(redact(`{"key":${JSON.stringify(privateKey)},"n":1}`, [])).toContain('","n":1}');
  expect(redact(`{"key":${JSON.stringify(privateKey)}}`, [])).not.toContain(
    privateKey.split('\n')[3],
  );
});

test('half a private key goes, too', () => {
  const lines = privateKey.trimEnd().split('\n');
  expect(redact([...lines.slice(0, 8), 'npm ERR! and on'].join('\n'), [])).toBe(
    '[redacted]\nnpm ERR! and on',
  );
  expect(redact(['log line', ...lines.slice(-6), 'after'].join('\n'), [])).toBe(
    'log line\n[redacted]\nafter',
  );
});

test.each([
  ['one letter', 'a'],
  ['addresses', 'a://'],
  ['names', 'token'],
  ['spaces', ' '],
  ['beginnings of keys', '-----BEGIN PRIVATE KEY-----'],
  ['beginnings of keys in lines', '-----BEGIN PRIVATE KEY-----\n'],
  ['key lines', `${'A'.repeat(64)}\n`],
  ['tokens', 'sk-a'],
  ['quotes', 'password="'],
  ['flags', '--a-'],
  ['dots', 'eyJaaaaaaaaa.'],
])('a megabyte of %s is read at once', (_, piece) => {
  const text = `${piece.repeat(Math.ceil(1e6 / piece.length))}!`;
  const began = performance.now();
  redact(text, ['a-secret-value']);
  expect(performance.now() - began).toBeLessThan(5_000);
});
