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
  const found = findOverlaps(tasks, (one, other) =>
    one + other === 1 ? { overlap: 0.7, conflict: 0.4 } : { overlap: 0.2, conflict: 0.1 },
  );
  expect(found.slice(0, 2)).toMatchObject([
    { tasks: [1, 2], risk: expect.closeTo(0.7, 5), conflict: expect.closeTo(0.4, 5) },
    {
      tasks: [1, 3],
      risk: expect.closeTo(1 - (1 - 0.95 * 0.5) * 0.8, 5),
      conflict: expect.closeTo(1 - (1 - 0.95 * 0.5 * 0.3) * 0.9, 5),
    },
  ]);
});

test('tasks without a path in common may meet where the evidence says so, and are left out where it hardly does', () => {
  const tasks = ['a.ts', 'b.ts', 'c.ts'].map((path, at) => ({
    ordinal: at + 1,
    footprint: [entry(path)],
  }));
  const chances = (one: number, other: number) =>
    one + other === 1 ? { overlap: 0.6, conflict: 0.2 } : { overlap: 0.05, conflict: 0.01 };
  const found = findOverlaps(tasks, chances);
  expect(found).toMatchObject([
    { tasks: [1, 2], share: 0, risk: expect.closeTo(0.6, 5), paths: [] },
  ]);
  expect(found.map(isConflict)).toEqual([true]);
});

test('a conflict is never likelier than a file in common', () => {
  const found = overlapOf([entry('a.ts'), entry('b.ts')], [entry('a.ts'), entry('b.ts')]);
  expect(found?.conflict).toBeGreaterThan(0.4);
  expect(found?.conflict).toBeLessThan(found?.risk ?? 0);
});
