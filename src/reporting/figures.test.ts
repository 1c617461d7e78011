import { expect, test } from 'vitest';
import { counted } from './figures.ts';

test.for([
  [1, 'fix', '1 fix'],
  [2, 'fix', '2 fixes'],
  [3, 'branch', '3 branches'],
  [0, 'task', '0 tasks'],
] as const)('%d of %s is %s', ([count, noun, words]) => {
  expect(counted(count, noun)).toBe(words);
});
