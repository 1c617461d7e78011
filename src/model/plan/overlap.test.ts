import { expect, test } from 'vitest';
import { findOverlaps, isConflict } from './overlap.ts';
import type { FootprintEntry } from './plan.ts';

function entry(path: string, change: Partial<FootprintEntry> = {}): FootprintEntry {
  return { path, probability: 0.95, reason: '', isNew: false, isDeclared: true, ...change };
}

function overlapOf(one: readonly FootprintEntry[], other: readonly FootprintEntry[]) {
  return findOverlaps([
    { ordinal: 1, footprint: one },
    { ordinal: 2, footprint: other },
  ])[0];
}

test('a file that both name makes them collide', () => {
  const found = overlapOf([entry('a.ts'), entry('b.ts')], [entry('a.ts')]);
  expect(found).toMatchObject({ tasks: [1, 2], paths: [{ path: 'a.ts' }] });
  expect(found?.share).toBeCloseTo(0.46, 1);
  expect(found && isConflict(found)).toBe(true);
});

test('a file in a directory that the other one goes through is shared', () => {
  expect(overlapOf([entry('src/')], [entry('src/api/a.ts')])?.paths[0]?.path).toBe('src/api/a.ts');
});

test('a file that is only created there is not', () => {
  expect(overlapOf([entry('src/')], [entry('src/a.ts', { isNew: true })])).toBeUndefined();
});

test('a hub that is only predicted weighs little', () => {
  const guess = { probability: 0.9, isDeclared: false };
  const hub = overlapOf([entry('CHANGELOG.md', guess)], [entry('CHANGELOG.md', guess)]);
  const file = overlapOf([entry('src/a.ts', guess)], [entry('src/a.ts', guess)]);
  expect(hub && isConflict(hub)).toBe(false);
  expect(file && isConflict(file)).toBe(true);
});

test('what is foreseen beyond the footprints decides where nobody declared, and adds to what somebody did', () => {
  const guess = { probability: 0.5, isDeclared: false };
  const tasks = [
    { ordinal: 1, footprint: [entry('a.ts', guess), entry('b.ts')] },
    { ordinal: 2, footprint: [entry('a.ts', guess)] },
    { ordinal: 3, footprint: [entry('b.ts', { probability: 0.5, isDeclared: false })] },
  ];
  const risks = findOverlaps(tasks, (one, other) => (one + other === 1 ? 0.7 : 0.2)).map(
    ({ tasks: pair, risk }) => [pair, risk] as const,
  );
  expect(risks[0]).toEqual([[1, 2], expect.closeTo(0.7, 5)]);
  expect(risks[1]).toEqual([[1, 3], expect.closeTo(1 - (1 - 0.95 * 0.5) * 0.8, 5)]);
});
