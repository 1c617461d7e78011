import { expect, test } from 'vitest';
import { openModel } from '../../src/planning/predict/predict-model.ts';
import { boost, randomFrom } from './boosting.ts';
import {
  areaUnderCurve,
  inTenths,
  keptAtRecall,
  rankCorrelation,
  scoreRanking,
} from './measures.ts';

test('a ranking is scored by what it has where', () => {
  const scores = scoreRanking(['a/x', 'b/y', 'a/z'], new Set(['a/x', 'a/z', 'c/q']));
  expect(scores.recall10).toBeCloseTo(2 / 3);
  expect(scores.precision10).toBeCloseTo(0.2);
  expect(scores.averagePrecision).toBeCloseTo((1 + 2 / 3) / 3);
  expect(scores.directories10).toBeCloseTo(1 / 2);
});

test('the area under the curve counts ties half', () => {
  expect(areaUnderCurve([3, 2, 1], [true, false, false])).toBe(1);
  expect(areaUnderCurve([1, 1], [true, false])).toBe(0.5);
  expect(areaUnderCurve([1, 2], [true, false])).toBe(0);
});

test('what is kept lies below nine tenths of the others', () => {
  const scores = [0.9, 0.8, 0.5, 0.4, 0.1];
  expect(keptAtRecall(scores, [true, true, true, false, false])).toBe(1);
  expect(keptAtRecall(scores, [true, false, true, false, false])).toBeCloseTo(2 / 3);
});

test('boosted trees learn what no single feature tells, the same way each time', () => {
  const random = randomFrom(3);
  const rows = Array.from({ length: 4_000 }, () => [random(), random(), random()]);
  const labels = rows.map(([x = 0, y = 0]) => (x > 0.5 === y > 0.5 ? 1 : 0));
  const examples = { rows, labels, weights: rows.map(() => 1) };
  const options = { trees: 40, depth: 3, rate: 0.2, least: 1, seed: 1 };
  const model = boost(examples, options);
  expect(
    areaUnderCurve(
      [...openModel(model)({ width: 3, values: Float64Array.from(rows.flat()) })],
      labels.map((label) => label === 1),
    ),
  ).toBeGreaterThan(0.95);
  expect(boost(examples, options)).toEqual(model);
});

test('ranks correlate by their places alone, and equal figures share theirs', () => {
  expect(rankCorrelation([1, 2, 3], [10, 200, 3_000])).toBeCloseTo(1);
  expect(rankCorrelation([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1);
  expect(rankCorrelation([1, 1, 2, 2], [1, 2, 1, 2])).toBeCloseTo(0);
});

test('what was said and what came true are compared in each tenth', () => {
  const tenths = inTenths([
    [0.12, false],
    [0.18, true],
    [1, true],
  ]);
  expect(tenths).toEqual([
    { said: expect.closeTo(0.15, 5), was: 0.5, count: 2 },
    { said: 1, was: 1, count: 1 },
  ]);
});
