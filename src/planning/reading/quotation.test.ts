import { expect, test } from 'vitest';
import { countWords, openQuotations } from './quotation.ts';

const isQuoted = openQuotations(
  '- [ ] **Invoices**: Print them,\n  once the `Cart` model\n  is there. It’s late.\n',
);

test.each([
  'once the cart model is there',
  'ONCE THE\n  CART   MODEL',
  'Invoices: print them',
  "it's late",
  'once the `Cart` model',
])('%j stands in the issue', (words) => {
  expect(isQuoted(words)).toBe(true);
});

test.each(['', ' ', '**', '.', 'once a cart', 'art model', 'the cart mod', 'there late'])(
  '%j does not',
  (words) => {
    expect(isQuoted(words)).toBe(false);
  },
);

test('a word that stands whole only later is found', () => {
  expect(openQuotations('cartography and a cart')('cart')).toBe(true);
});

test('what has no letter or digit is no word', () => {
  expect(countWords('once – the `cart` …')).toBe(3);
});

test('a quotation of a text that repeats itself is looked for in little time', () => {
  const long = 'a'.repeat(100_000);
  const started = performance.now();
  expect(openQuotations(`${long}b`)(`${'a'.repeat(299)}c`)).toBe(false);
  expect(openQuotations(long)('aaaa')).toBe(false);
  expect(performance.now() - started).toBeLessThan(1_000);
});
