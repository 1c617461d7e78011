import { expect, test } from 'vitest';
import { costText, counted } from './figures.ts';

test.for([
  [1, 'fix', '1 fix'],
  [2, 'fix', '2 fixes'],
  [3, 'branch', '3 branches'],
  [0, 'task', '0 tasks'],
] as const)('%d of %s is %s', ([count, noun, words]) => {
  expect(counted(count, noun)).toBe(words);
});

test.for([
  [0.314, '$0.31'],
  [0.0099, '<$0.01'],
  [0.000_02, '<$0.01'],
  [0.01, '$0.01'],
  [0, '$0.00'],
  [null, '–'],
] as const)('%d US dollars are %s', ([usd, words]) => {
  expect(costText(usd)).toBe(words);
});
