import { expect, test } from 'vitest';
import { openModel } from './predict-model.ts';

/** Feature 0 at most 1: 0.5. Above that, feature 1 at most 0: 1, else 2. */
const lopsided = [0, 1, 4, 8, -1, 0.5, 0, 0, 1, 0, 12, 16, -1, 1, 0, 0, -1, 2, 0, 0];
const leafAlone = [-1, 0.25, 0, 0];

test('each row is led to the leaf of each tree, however deep it lies', () => {
  const judge = openModel({ base: -1, trees: [lopsided, leafAlone] });
  const scores = [0.5, 1, 2].map((leaf) => 1 / (1 + Math.exp(-(-1 + leaf + 0.25))));
  const values = Float64Array.of(1, 9, 2, 0, 2, 1);
  expect([...judge({ width: 2, values })]).toEqual(scores);
});

test('no rows, no probabilities', () => {
  expect(
    openModel({ base: 0, trees: [lopsided] })({ width: 2, values: new Float64Array() }),
  ).toHaveLength(0);
});

test('deeper trees than it was made for are refused', () => {
  const chain = Array.from({ length: 5 }, (_, at) => [0, at, at * 8 + 4, at * 8 + 8, -1, at, 0, 0]);
  const tree = [...chain.flat(), -1, 9, 0, 0];
  expect(() => openModel({ base: 0, trees: [tree] })).toThrow('four levels');
});
