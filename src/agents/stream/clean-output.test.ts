import { expect, test } from 'vitest';
import { oneLine, cleanOutput, shorten, shortenStart } from './clean-output.ts';

test('keeps words, tabs and line feeds, and nothing that a terminal obeys', () => {
  const source = '\u001B]0;title\u0007\u001B[1mbold\u001B[0m\ttab\r\nnext\u202Etxt\u0000';
  expect(cleanOutput(source)).toBe('bold\ttab\nnexttxt');
});

test('makes one line of many', () => {
  expect(oneLine('  one\n\n  two\tthree ', 100)).toBe('one two three');
});

test('cuts no character in half', () => {
  expect(shorten('ab🚢cd', 4)).toBe('ab…');
  expect(shortenStart('ab🚢cd', 4)).toBe('…cd');
  expect(shorten('abcd', 4)).toBe('abcd');
});
