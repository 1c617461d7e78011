import { expect, test } from 'vitest';
import { dice } from '../../test/rig/dice.ts';
import { findSecretsIn, openSecretScan } from './scan-secrets.ts';

// Put together here, so that this file holds none itself.
const letters = 'aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dF3gH5jK7m';
const findSecrets = (text: string) => findSecretsIn(Buffer.from(text));
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

const key = `${head('AKIA')}QWERTYUIOP234567`;
const asUtf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
const asUtf32 = (text: string): Buffer =>
  Buffer.concat(Array.from(text, (letter) => Buffer.from([letter.charCodeAt(0), 0, 0, 0])));
const bom = Buffer.from([0xff, 0xfe]);

test.each([
  ['behind a NUL byte', Buffer.from(`x\0 KEY=${key}\n`)],
  ['between NUL bytes', Buffer.from(`a\0${key}\0b`)],
  ['in UTF-16, little-endian', Buffer.concat([bom, asUtf16(`KEY=${key}\r\n`)])],
  ['in UTF-16, big-endian', Buffer.concat([bom, asUtf16(`KEY=${key}\n`)]).swap16()],
  ['in UTF-16 without a mark', asUtf16(`KEY=${key}`)],
  ['in UTF-16 without a mark, big-endian', asUtf16(key).swap16()],
  ['in UTF-16 at an odd place', Buffer.concat([Buffer.from('x'), asUtf16(` ${key} `)])],
  ['in UTF-16 next to letters whose bytes are letters', asUtf16(`桁${key}桁`)],
  ['in UTF-32', asUtf32(`KEY=${key} `)],
  ['in Latin-1', Buffer.from(`schlüssel=${key}`, 'latin1')],
  ['below an underscore', Buffer.from(`my_${key}_key`)],
])('finds a key %s', (_how, bytes) => {
  expect(findSecretsIn(bytes)).toEqual([{ kind: 'an AWS access key', line: 1, value: key }]);
});

test('finds a key wherever it stands and however it is cut', () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const { below: roll, cut } = dice(seed);
    const lines = roll(20);
    const before = `${'x'.repeat(roll(40_000))}\n`.repeat(lines);
    const text = Buffer.from(`${before}KEY=${key}\n${' '.repeat(roll(400_000))}`);
    const bytes = roll(2) === 0 ? text : asUtf16(text.toString());
    const scan = openSecretScan();
    for (const piece of cut(bytes, roll(2) === 0 ? 300_000 : 5_000)) scan.take(piece);
    expect(scan.end(), `seed ${seed}`).toEqual([
      { kind: 'an AWS access key', line: lines + 1, value: key },
    ]);
  }
});

test('each key has its line, also those that two windows see', () => {
  for (let seed = 1; seed <= 10; seed += 1) {
    const { below, cut } = dice(seed);
    const lines = Array.from({ length: 9_000 }, () => 'x'.repeat(below(120)));
    const places = [...new Set(Array.from({ length: 60 }, () => below(lines.length)))];
    for (const place of places) lines[place] = `${head('AKIA')}${1e15 + place}`;
    const scan = openSecretScan();
    for (const piece of cut(Buffer.from(lines.join('\n')), 90_000)) scan.take(piece);
    const found = scan.end().map(({ line }) => line - 1);
    expect(found, `seed ${seed}`).toEqual(places.toSorted((one, other) => one - other));
  }
});

test.each([
  ['headings', begin('').repeat(200_000)],
  ['headings, each on its line', `${begin('RSA ')}\n`.repeat(150_000)],
  [
    'beginnings',
    `${begin('')} ${'aws_secret_access_key '.repeat(200_000)}${'sk-'.repeat(1_000_000)}`,
  ],
  ['keys', Array.from({ length: 200_000 }, (_, at) => `${head('AKIA')}${1e15 + at}`).join('\n')],
  ['letters between NUL bytes', 'a\0'.repeat(3_000_000)],
  ['short runs between NUL bytes', `${'a\0'.repeat(15)}bb`.repeat(150_000)],
])('megabytes of %s take no more than their length', (_what, text) => {
  const start = performance.now();
  expect(findSecrets(text).length).toBeLessThanOrEqual(1_001);
  expect(performance.now() - start).toBeLessThan(5_000);
});
