import { expect, test } from 'vitest';
import { oddsInReport, reportWeights } from './report-odds.ts';

test('files of a report become less likely, and keep their order', () => {
  const learned = Array.from({ length: 99 }, (_, at) => (at + 1) / 100);
  const said = learned.map((probability) => oddsInReport(probability, reportWeights));
  expect(said).toEqual(said.toSorted((one, other) => one - other));
  for (const [at, probability] of said.entries())
    expect(probability).toBeLessThanOrEqual(learned[at] ?? 0);
  expect(oddsInReport(0.5, reportWeights)).toBeLessThan(0.4);
});

test('what is impossible or certain stays a probability', () => {
  expect(oddsInReport(0, reportWeights)).toBe(0);
  expect(oddsInReport(1, reportWeights)).toBe(1);
});
