import { expect, test } from 'vitest';
import { dice } from '../../../test/rig/dice.ts';
import { isWorthMasking, maskSecrets, secretForms } from './secret-forms.ts';

const letters = 'abcXYZ019+/=_-.~!*\'"\\ %&<>@:ü€🚢';

/** How programs write a value, with something before and after it. */
function writings(value: string, before: string, after: string): string[] {
  const whole = `${before}${value}${after}`;
  const bytes = Buffer.from(whole);
  return [
    whole,
    JSON.stringify(whole),
    JSON.stringify({ output: JSON.stringify(whole) }),
    encodeURIComponent(whole),
    encodeURI(whole),
    new URLSearchParams({ value: whole }).toString(),
    encodeURIComponent(whole).replaceAll(/%../gu, (hex) => hex.toLowerCase()),
    bytes.toString('base64'),
    bytes.toString('base64url'),
  ];
}

/** What is left of a value: long pieces of it, in any of these writings. */
function leaks(shown: string, value: string): boolean {
  const pieces = [value, encodeURIComponent(value), Buffer.from(value).toString('base64')];
  return pieces.some((piece) => shown.includes(piece));
}

test('no writing of a value is left, whatever stands around it', () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const { text } = dice(seed);
    const value = `k${text(letters, 40)}7-Zq`.padEnd(8, 'x').toWellFormed();
    const forms = secretForms([value]);
    for (const writing of writings(value, text(letters, 9), text(letters, 9))) {
      const shown = maskSecrets(writing, forms);
      expect(shown, `seed ${seed}: ${value} in ${writing}`).toContain('[redacted]');
      expect(leaks(shown, value), `seed ${seed}`).toBe(false);
    }
  }
});

test('in base64 no more than its edges are left, at any place', () => {
  const value = 'tok+en/SECRETvalue123456';
  const forms = secretForms([value]);
  for (const before of ['', 'a', 'ab', 'abc', 'abcd']) {
    const written = Buffer.from(`${before}${value} after`).toString('base64');
    const shown = maskSecrets(written, forms);
    const left = shown
      .split('[redacted]')
      .map((part) => Buffer.from(part, 'base64').toString('latin1'));
    expect(left.join('|')).not.toMatch(/tok\+|456 /u);
  }
});

test('each line of a value counts, but not the heading of a key', () => {
  const forms = secretForms(['-----BEGIN KEY-----\nAbc123Abc123\nDef456Def456\n-----END KEY-----']);
  expect(maskSecrets('see Abc123Abc123, -----BEGIN KEY-----', forms)).toBe(
    'see [redacted], -----BEGIN KEY-----',
  );
});

test.each([
  ['tok+en/SECRETvalue123456', true],
  ['correct horse battery', true],
  ['123456789012', true],
  ['production', false],
  ['Production', false],
  ['30000000', false],
  ['s3cret', false],
  ['', false],
])('%j is worth masking: %s', (value, isWorth) => {
  expect(isWorthMasking(value)).toBe(isWorth);
});
