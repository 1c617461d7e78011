import { expect, test } from 'vitest';
import { wrapLine } from './wrap-line.ts';

test('a line that fits, or that goes to no terminal, stays as it is', () => {
  expect(wrapLine('   → one two', 12, 3)).toEqual(['   → one two']);
  expect(wrapLine('x '.repeat(500), null, 3)).toHaveLength(1);
});

test('a longer one is broken between words, and what follows is indented', () => {
  expect(wrapLine('⚠️ one two three four', 12, 3)).toEqual(['⚠️ one two', '   three', '   four']);
  expect(wrapLine('   → one two', 9, 5)).toEqual(['   → one', '     two']);
});

test('a word wider than a line stays whole', () => {
  expect(wrapLine('in packages/vite/src/node.ts it is', 10, 2)).toEqual([
    'in',
    '  packages/vite/src/node.ts',
    '  it is',
  ]);
});
