import { expect, test } from 'vitest';
import { counted, listed } from './figures.ts';

test.for([
  [1, 'fix', '1 fix'],
  [2, 'fix', '2 fixes'],
  [3, 'branch', '3 branches'],
  [0, 'task', '0 tasks'],
] as const)('%d of %s is %s', ([count, noun, words]) => {
  expect(counted(count, noun)).toBe(words);
});

test.for([
  [[], ''],
  [[1], '1'],
  [[1, 2], '1 and 2'],
  [[1, 2, 3], '1, 2 and 3'],
] as const)('%j in a sentence is %s', ([values, words]) => {
  expect(listed(values)).toBe(words);
});
