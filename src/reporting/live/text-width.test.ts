import { expect, test } from 'vitest';
import { fitWidth, widthOf } from './text-width.ts';

test.each([
  ['plain', 5],
  ['購物車', 6],
  ['한국', 4],
  ['ＦＵＬＬ', 8],
  ['🚀', 2],
  ['👩‍👩‍👧', 2],
  ['⚠️', 2],
  ['e\u0301', 1],
  ['━┄●✓✗…', 6],
])('%s takes %i columns', (text, width) => {
  expect(widthOf(text)).toBe(width);
});

test.each([0, 1, 2, 3, 4, 5, 6, 7, 20])('text fits %i columns after cutting', (width) => {
  for (const text of ['購物車的價格', 'plain text', '👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧'])
    expect(widthOf(fitWidth(text, width))).toBeLessThanOrEqual(width);
});

test('what fits is not cut', () => {
  expect(fitWidth('購物', 4)).toBe('購物');
  expect(fitWidth('購物車', 5)).toBe('購物…');
});
