import { expect, test } from 'vitest';
import { plainBlock, plainText } from './plain-text.ts';

test('terminal sequences, controls and line breaks do not survive', () => {
  const hostile = '\u001b[31mred\u001b[0m\r\nnext\u0007\u0000\u009b2J \u001b]0;title\u0007end';
  expect(plainText(hostile, 100)).toBe('red next end');
});

test('bidi overrides, tags and zero-width characters are dropped, joiners of emoji stay', () => {
  const hidden = 'a\u202eb\u2066c\u2069\u200b\ufeff\u{e0041}d';
  expect(plainText(hidden, 100).replace(' ', '')).toBe('abcd');
  expect(plainText('👩‍👩‍👧', 100)).toBe('👩‍👩‍👧');
});

test('a cut never splits a surrogate pair and counts the ellipsis', () => {
  expect(plainText('🚀🚀🚀🚀', 3)).toBe('🚀🚀…');
  expect(plainText('abc', 3)).toBe('abc');
  expect(plainText('lone \ud83d', 10).isWellFormed()).toBe(true);
});

test('a block keeps its lines and tabs only', () => {
  expect(plainBlock('a\tb\r\nc\u001b[2Jd\u202e\n\n')).toBe('a\tb\ncd');
});
