import { expect, test } from 'vitest';
import { findCulprits, type AskIfRed } from './find-culprits.ts';

/** Answers as if these sets were red together; counts the questions. */
function oracle(sets: readonly (readonly number[])[]): AskIfRed & { asked: () => number } {
  let asked = 0;
  const ask = async (tasks: readonly number[]): Promise<boolean> => {
    asked += 1;
    return sets.some((set) => set.every((task) => tasks.includes(task)));
  };
  return Object.assign(ask, { asked: () => asked });
}

const five = [1, 2, 3, 4, 5];

test.for(
  five.flatMap((one) => five.filter((other) => other > one).map((other) => [one, other] as const)),
)('of five the pair %i and %i is named, in few questions', async (pair) => {
  const ask = oracle([pair]);
  expect(await findCulprits(five, ask)).toEqual({ sets: [pair], isComplete: true });
  expect(ask.asked()).toBeLessThanOrEqual(8);
});

test('a single culprit, a triple, and two pairs at once are named', async () => {
  expect((await findCulprits(five, oracle([[3]]))).sets).toEqual([[3]]);
  expect((await findCulprits(five, oracle([[1, 3, 5]]))).sets).toEqual([[1, 3, 5]]);
  const both = await findCulprits(
    [1, 2, 3, 4, 5, 6],
    oracle([
      [1, 4],
      [2, 6],
    ]),
  );
  expect(both.sets.toSorted(([one = 0], [other = 0]) => one - other)).toEqual([
    [1, 4],
    [2, 6],
  ]);
  expect(both.isComplete).toBe(true);
});

test('one that breaks with several is named with each of them', async () => {
  const found = await findCulprits(
    five,
    oracle([
      [2, 4],
      [2, 5],
    ]),
  );
  expect(found).toEqual({
    sets: [
      [2, 4],
      [2, 5],
    ],
    isComplete: true,
  });
});

test('of a hundred the pair is found in the order of two logarithms', async () => {
  const tasks = Array.from({ length: 100 }, (_, index) => index);
  const ask = oracle([[17, 83]]);
  expect((await findCulprits(tasks, ask)).sets).toEqual([[17, 83]]);
  expect(ask.asked()).toBeLessThanOrEqual(18);
});

test('without answers the search ends and says so', async () => {
  const found = await findCulprits(five, () => Promise.resolve(null));
  expect(found).toEqual({ sets: [], isComplete: false });
});

test('what is red only all together names all', async () => {
  const found = await findCulprits(five, oracle([five]));
  expect(found).toEqual({ sets: [five], isComplete: true });
});
