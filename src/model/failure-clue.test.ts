import { expect, test } from 'vitest';
import { findClue } from './failure-clue.ts';

const tap = `TAP version 13
# Subtest: adds
not ok 1 - adds
  ---
  duration_ms: 0.8
  failureType: 'testCodeFailure'
  error: 'cart is not defined'
  stack: |-
    TestContext.<anonymous> (file:///x.test.js:1:55)
  ...
# Subtest: removes
not ok 2 - removes
  ---
  error: 'another'
  ...
1..2
`;

test('of a failing test in TAP, why it failed is told with its name', () => {
  expect(findClue(tap)).toMatchObject({
    kind: 'test-failure',
    line: 'not ok 1 - adds: cart is not defined',
  });
});

test('the error of the next test is not told of one that has none', () => {
  const line = 'not ok 1 - adds';
  expect(findClue(`${line}\nnot ok 2 - removes\n  error: 'another'\n`).line).toBe(line);
});
