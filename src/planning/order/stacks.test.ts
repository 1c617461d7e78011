import { expect, test } from 'vitest';
import { buildStacks } from './stacks.ts';

const tasks = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ ordinal: index + 1, batch: 1 }));

function chainBelow(stackOn: ReadonlyMap<number, number | null>, ordinal: number): number[] {
  const below: number[] = [];
  for (let at = stackOn.get(ordinal) ?? null; at !== null; at = stackOn.get(at) ?? null)
    below.push(at);
  return below;
}

test('tasks that have nothing to do with each other all start from the base', () => {
  const stackOn = buildStacks({ tasks: tasks(3), dependsOn: new Map(), conflicts: [] });
  expect([...stackOn.values()]).toEqual([null, null, null]);
});

test('a task that needs two others finds both in the one branch that it starts from', () => {
  const stackOn = buildStacks({
    tasks: tasks(3),
    dependsOn: new Map([[3, [1, 2]]]),
    conflicts: [],
  });
  expect(chainBelow(stackOn, 3).toSorted((one, other) => one - other)).toEqual([1, 2]);
});

test('those that collide with one task, but not with each other, stay side by side on it', () => {
  const conflicts = [
    [1, 3],
    [2, 3],
    [3, 4],
  ] as const;
  const stackOn = buildStacks({ tasks: tasks(4), dependsOn: new Map(), conflicts });
  expect(stackOn).toEqual(
    new Map([
      [3, null],
      [1, 3],
      [2, 3],
      [4, 3],
    ]),
  );
});

test('a stack never goes back to an earlier batch', () => {
  const stackOn = buildStacks({
    tasks: [
      { ordinal: 1, batch: 2 },
      { ordinal: 2, batch: 1 },
    ],
    dependsOn: new Map(),
    conflicts: [[1, 2]],
  });
  expect(stackOn.get(1)).toBe(2);
});

test('of any two that depend or collide, one lies below the other, whatever the graph', () => {
  // A small generator of its own: the same graphs every time.
  let seed = 7;
  const random = (below: number): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  for (let round = 0; round < 200; round += 1) {
    const count = 2 + random(12);
    const pair = (): [number, number] => {
      const one = 1 + random(count - 1);
      return [one, one + 1 + random(count - one)];
    };
    const needs = Array.from({ length: random(count) }, pair);
    const conflicts = Array.from({ length: random(count) }, pair);
    const dependsOn = new Map<number, readonly number[]>();
    for (const [on, task] of needs) dependsOn.set(task, [...(dependsOn.get(task) ?? []), on]);
    const stackOn = buildStacks({ tasks: tasks(count), dependsOn, conflicts });
    expect(stackOn.size).toBe(count);
    for (const [on, task] of needs) expect(chainBelow(stackOn, task)).toContain(on);
    for (const [one, other] of conflicts)
      expect([...chainBelow(stackOn, one), ...chainBelow(stackOn, other)]).toSatisfy(
        (below: number[]) => below.includes(one) || below.includes(other),
      );
  }
});
