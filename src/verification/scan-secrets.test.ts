import { expect, test } from 'vitest';
import { findSecrets } from './secret-shapes.ts';

// Put together here, so that this file holds none itself.
const letters = 'aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dF3gH5jK7m';
const head = (text: string): string => text;
const begin = (kind: string): string => `-----BEGIN ${kind}PRIVATE KEY-----`;

test.each([
  ['an AWS access key', `key = "${head('AKIA')}QWERTYUIOP234567"`],
  ['an AWS secret key', `aws_secret_access_key = ${letters.slice(0, 40)}`],
  ['an AWS secret key', `"awsSecretAccessKey": "${letters.slice(0, 40)}"`],
  ['a GitHub token', `https://x:${head('ghp_')}${letters.slice(0, 36)}@github.com`],
  ['a GitHub token', `TOKEN=${head('github_pat_')}11ABCDEFG0_${letters}`],
  ['a GitLab token', `${head('glpat-')}${letters.slice(0, 20)}`],
  ['an Anthropic key', `${head('sk-ant-')}api03-${letters}`],
  ['an OpenAI key', `${head('sk-proj-')}${letters}${letters}`],
  ['a Google key', `${head('AIza')}${letters.slice(0, 35)}`],
  ['a Slack token', `${head('xoxb-')}123456789012-${letters.slice(0, 20)}`],
  ['a Stripe key', `${head('sk_live_')}${letters.slice(0, 24)}`],
  ['an npm token', `${head('npm_')}${letters.slice(0, 36)}`],
  ['a private key', `${begin('RSA ')}\n${letters}\n`],
  ['a private key', `${begin('OPENSSH ')}\r\n${letters}\r\n`],
  ['a private key', `{"private_key": "${begin('')}\\n${letters}\\n"}`],
  ['a private key', `${begin('RSA ')}\nProc-Type: 4,ENCRYPTED\n\n${letters}\n`],
])('finds %s and its line', (kind, text) => {
  expect(findSecrets(`one\ntwo\n${text}\nfour\n`)).toEqual([
    { kind, line: 3, value: expect.any(String) },
  ]);
});

test.each([
  ['a word for one', 'const token = process.env.GITHUB_TOKEN; // ghp_...'],
  ['a program that reads keys', `if (text.startsWith('${begin('')}')) return 'pem';`],
  ['a sentence about keys', `A file that begins with ${begin('RSA ')} is a key.`],
  ['a digest', `sha512-${letters}${letters}`],
  ['a long name', `sk-this-is-the-name-of-a-class-and-not-a-key-at-all-is-it`],
  ['an id', `${letters}${head('AKIA')}`],
])('leaves %s alone', (_what, text) => {
  expect(findSecrets(`${text}\n`)).toEqual([]);
});

test('reads long texts without a pause for every character', () => {
  const text = `${begin('')} ${'aws_secret_access_key '.repeat(20_000)}${'sk-'.repeat(100_000)}`;
  expect(findSecrets(text)).toEqual([]);
});
