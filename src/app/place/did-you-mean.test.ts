import { expect, test } from 'vitest';
import { nearestWord } from './did-you-mean.ts';

const known = ['red-base', 'timed-out', 'TEST_FAILURE', 'cycle', 'docs/issue.md', 'cart-issue.md'];

test.each([
  ['red-bse', 'red-base'],
  ['timeout', 'timed-out'],
  ['test failure', 'TEST_FAILURE'],
  ['tets-failure', 'TEST_FAILURE'],
  ['cylce', 'cycle'],
  ['cart-isue.md', 'cart-issue.md'],
  ['cart-issue', 'cart-issue.md'],
  ['docs/isseu.md', 'docs/issue.md'],
  ['nonsense', null],
  ['x', null],
  ['', null],
])('%s means %s', (word, meant) => {
  expect(nearestWord(word, known)).toBe(meant);
});
