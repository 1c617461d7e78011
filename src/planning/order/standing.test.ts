import { expect, test } from 'vitest';
import { joinChain, joinStacks } from './standing.ts';

const tasks = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ ordinal: index + 1, batch: 1 }));

/** Tasks 1 and 2 stand on the base, 3 on 2. */
const standing = new Map([
  [1, null],
  [2, null],
  [3, 2],
]);

function joined(
  needs: readonly (readonly [number, readonly number[]])[],
  conflicts: readonly (readonly [number, number])[],
  count = 4,
): ReadonlyMap<number, number | null> {
  return joinStacks(standing, { tasks: tasks(count), dependsOn: new Map(needs), conflicts });
}

test('what stands stays, and a task that has nothing to do with it starts from the base', () => {
  expect(joined([], [])).toEqual(new Map([...standing, [4, null]]));
});

test('a new task starts from the branch of what it collides with, as low as that is', () => {
  expect(joined([], [[2, 4]]).get(4)).toBe(2);
  expect(
    joined(
      [],
      [
        [2, 4],
        [3, 4],
      ],
    ).get(4),
  ).toBe(3);
});

test('of two branches that stand side by side, the likelier collision decides', () => {
  const pairs = [
    [1, 4],
    [3, 4],
  ] as const;
  expect(joined([], pairs).get(4)).toBe(1);
  expect(joined([], pairs.toReversed()).get(4)).toBe(3);
});

test('what a task needs goes before what it collides with', () => {
  expect(joined([[4, [1]]], [[3, 4]]).get(4)).toBe(1);
  expect(joined([[4, [2]]], [[3, 4]]).get(4)).toBe(3);
});

test('new tasks join each other, what they need first', () => {
  const stackOn = joined(
    [
      [4, [5]],
      [5, [1]],
    ],
    [],
    5,
  );
  expect([stackOn.get(5), stackOn.get(4)]).toEqual([1, 5]);
});

test('in a phase that is done in order, a new task comes last', () => {
  const chain = new Map([
    [1, null],
    [2, 1],
    [3, 2],
  ]);
  expect([...joinChain(chain, [1, 2, 5, 3, 4])]).toEqual([...chain, [5, 3], [4, 5]]);
});
