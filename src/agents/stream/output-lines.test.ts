import { expect, test } from 'vitest';
import { outputLines } from './output-lines.ts';

test('completes lines over pieces, and gives the last one at the end', () => {
  const lines = outputLines(100);
  expect(lines.push('a\nb')).toEqual(['a']);
  expect(lines.push('c')).toEqual([]);
  expect(lines.push('\n\nd')).toEqual(['bc', '']);
  expect(lines.flush()).toEqual(['d']);
  expect(lines.flush()).toEqual([]);
});

test('drops what a line has beyond its limit, and goes on with the next', () => {
  const lines = outputLines(4);
  expect(lines.push('abc')).toEqual([]);
  expect(lines.push('defg\nhi\n')).toEqual(['abcd', 'hi']);
});
