import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeMergeWorld, numbered } from '../../../test/rig/merge-world.ts';
import { openMergeRepository } from '../../git/merge-repository.ts';
import { arrangeGreedily } from './arrange-greedily.ts';
import { chooseOrder, type PlacedTask } from './merge-order.ts';
import { type OrderItem, type OrderQuestion, weigh } from './order-costs.ts';
import { readRelations } from './read-relations.ts';

function items(
  count: number,
  more: Readonly<Record<number, Partial<OrderItem>>> = {},
): OrderItem[] {
  return Array.from({ length: count }, (_, index) => ({
    task: index + 1,
    after: [],
    size: 10,
    foundationOf: [],
    isInConflictWithBase: false,
    ...more[index + 1],
  }));
}

function tasks(placed: readonly PlacedTask[]): number[] {
  return placed.map(({ task }) => task);
}

/** How many branches meet a conflict with one before them. */
function conflictsOf(order: readonly number[], { conflicts }: OrderQuestion): number {
  return order.filter((task, place) =>
    conflicts.some(
      ([one, other]) =>
        (one === task && order.indexOf(other) < place) ||
        (other === task && order.indexOf(one) < place),
    ),
  ).length;
}

test('without conflicts the order is that of the issue', () => {
  const placed = chooseOrder({ items: items(4), conflicts: [] });
  expect(tasks(placed)).toEqual([1, 2, 3, 4]);
  expect(placed[0]?.reasons).toEqual([{ kind: 'free' }]);
});

test('the one that conflicts with many goes last', () => {
  const question = {
    items: items(5),
    conflicts: [
      [1, 2],
      [1, 3],
      [1, 4],
    ] as [number, number][],
  };
  const placed = chooseOrder(question);
  expect(tasks(placed)).toEqual([2, 3, 4, 5, 1]);
  expect(placed.at(-1)?.reasons).toEqual([
    { kind: 'reconcile', tasks: [2, 3, 4], isWithBase: false },
  ]);
  expect(placed[0]?.reasons).toEqual([{ kind: 'before-conflicts', tasks: [1] }]);
});

test('of two that conflict the smaller one must be reconciled', () => {
  const question = {
    items: items(2, { 1: { size: 5 }, 2: { size: 500 } }),
    conflicts: [[1, 2]] as [number, number][],
  };
  expect(tasks(chooseOrder(question))).toEqual([2, 1]);
});

test('dependencies hold, whatever they cost', () => {
  const question = {
    items: items(4, { 2: { after: [1] }, 3: { after: [1] } }),
    conflicts: [
      [1, 4],
      [1, 2],
    ] as [number, number][],
  };
  const placed = chooseOrder(question);
  expect(placed).toHaveLength(4);
  expect(tasks(placed).indexOf(1)).toBeLessThan(tasks(placed).indexOf(2));
  expect(tasks(placed).indexOf(1)).toBeLessThan(tasks(placed).indexOf(3));
});

test('one on which others depend is not the one to be reconciled', () => {
  const question = {
    items: items(3, { 1: { size: 1 }, 2: { size: 100 }, 3: { after: [1] } }),
    conflicts: [[1, 2]] as [number, number][],
  };
  expect(tasks(chooseOrder(question))).toEqual([1, 3, 2]);
});

test('foundations go first', () => {
  const placed = chooseOrder({ items: items(3, { 3: { foundationOf: [1] } }), conflicts: [] });
  expect(tasks(placed)).toEqual([2, 3, 1]);
  expect(placed[1]?.reasons).toEqual([{ kind: 'foundation', tasks: [1] }]);
});

test('needs that go round in a circle still give an order', () => {
  const circle = items(3, { 1: { after: [3] }, 2: { after: [1] }, 3: { after: [2] } });
  expect(tasks(chooseOrder({ items: circle, conflicts: [] }))).toEqual([1, 2, 3]);
});

test('the exact order is the best of all, and the greedy one hardly worse', () => {
  let state = 7;
  const random = (): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  let [exact, greedy] = [0, 0];
  for (let round = 0; round < 60; round += 1) {
    const all = items(6);
    const conflicts = all.flatMap(({ task }) =>
      all
        .filter((other) => other.task > task && random() < 0.4)
        .map((other) => [task, other.task] as const),
    );
    const question = { items: all, conflicts };
    const best = Math.min(
      ...permutations([1, 2, 3, 4, 5, 6]).map((one) => conflictsOf(one, question)),
    );
    expect(conflictsOf(tasks(chooseOrder(question)), question)).toBe(best);
    exact += best;
    greedy += conflictsOf(
      arrangeGreedily(weigh(all, conflicts)).map((item) => item + 1),
      question,
    );
  }
  expect(greedy).toBeLessThanOrEqual(exact * 1.1);
});

function permutations(list: readonly number[]): number[][] {
  if (list.length === 0) return [[]];
  return list.flatMap((first) =>
    permutations(list.filter((other) => other !== first)).map((rest) => [first, ...rest]),
  );
}

test('a hundred branches get an order that keeps all needs', () => {
  const many = items(
    100,
    Object.fromEntries(
      Array.from({ length: 99 }, (_, index) => [
        index + 2,
        index % 9 === 0 ? { after: [index + 1] } : {},
      ]),
    ),
  );
  const conflicts = many
    .flatMap(({ task }) => [1, 2, 3, 7].map((step) => [task, ((task * step) % 100) + 1] as const))
    .filter(([one, other]) => one !== other);
  const question = { items: many, conflicts };
  const order = tasks(chooseOrder(question));
  expect(order.toSorted((one, other) => one - other)).toEqual(many.map(({ task }) => task));
  for (const { task, after } of many)
    for (const needed of after) expect(order.indexOf(needed)).toBeLessThan(order.indexOf(task));
  expect(conflictsOf(order, question)).toBeLessThan(
    conflictsOf(
      many.map(({ task }) => task),
      question,
    ),
  );
});

test('conflicts, sizes and foundations are read from the branches', async () => {
  await using world = await makeMergeWorld({
    'a.txt': numbered(30),
    'src/models/cart.js': 'cart\n',
  });
  const heads = [
    await world.branch(1, { 'a.txt': numbered(30, { 3: 'one' }) }),
    await world.branch(2, {
      'a.txt': numbered(30, { 3: 'two' }),
      'x.js': "import '../models/cart.js';\n",
    }),
    await world.branch(3, { 'src/models/cart.js': 'cart\nmore\n' }),
  ];
  const branches = heads.map((head, index) => ({ task: index + 1, head, after: [] }));
  const base = await world.moveBase({ 'src/models/cart.js': 'other\n' });
  await using repository = await openMergeRepository({
    directory: join(world.root, 'try.git'),
    from: world.clone.git,
  });
  const question = await readRelations({ git: repository.git, base, branches });
  expect(question.conflicts).toEqual([[1, 2]]);
  expect(question.items).toMatchObject([
    { task: 1, size: 2, foundationOf: [], isInConflictWithBase: false },
    { task: 2, size: 3, foundationOf: [], isInConflictWithBase: false },
    { task: 3, size: 1, foundationOf: [2], isInConflictWithBase: true },
  ]);
});
