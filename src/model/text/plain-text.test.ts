import { expect, test } from 'vitest';
import { plainBlock, plainJson, plainText, withoutControls } from './plain-text.ts';

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

test('a document keeps its lines and what breaks references, and nothing that a terminal obeys', () => {
  const source = '# a\u001b[2Jb\r\n\t@\u200Bann\u0090\u007f \u202Egnp\u2028x\n';
  expect(withoutControls(source)).toBe('# ab\n\t@\u200Bann gnpx\n');
});

test('JSON holds no such character, and reads back the same', () => {
  const value = { a: 'x\u001b\u007f\u009b\u202e\u2028y', b: ['é🚢', 1] };
  const text = plainJson(value);
  expect(text).toMatch(/^[ -~é🚢]*$/u);
  expect(JSON.parse(text)).toEqual(value);
});

test('a long text is cut without being read to its end', () => {
  expect(plainText(`${'\u001b]'.repeat(5_000_000)}x`, 10)).toBe('…');
  expect(plainText('word '.repeat(1_000_000), 10)).toBe('word word…');
});
