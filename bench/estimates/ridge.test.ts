import { expect, test } from 'vitest';
import { fitLine, valueOf } from './ridge.ts';

const examples = Array.from({ length: 60 }, (_, at) => {
  const features = [at % 5, at % 7, 1];
  return { features, truth: 3 + 2 * (at % 5) - (at % 7) };
});

test('a line is found, whatever a feature that never changes says', () => {
  const line = fitLine(examples, 0.001);
  expect(valueOf(line, [4, 1, 1])).toBeCloseTo(10, 2);
  expect(valueOf(line, [0, 6, 1])).toBeCloseTo(-3, 2);
});

test('the larger the penalty, the nearer to the mean', () => {
  const mean = examples.reduce((sum, { truth }) => sum + truth, 0) / examples.length;
  const free = Math.abs(valueOf(fitLine(examples, 0.001), [4, 0, 1]) - mean);
  const held = Math.abs(valueOf(fitLine(examples, 1_000), [4, 0, 1]) - mean);
  expect(held).toBeLessThan(free / 2);
});
