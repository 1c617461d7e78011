import { expect, test } from 'vitest';
import { listed } from './listed.ts';

test.for([
  [[], ''],
  [[1], '1'],
  [[1, 2], '1 and 2'],
  [[1, 2, 3], '1, 2 and 3'],
] as const)('%j in a sentence is %s', ([values, words]) => {
  expect(listed(values)).toBe(words);
});
