import { expect, test } from 'vitest';
import { createPool, type Pool } from './pool.ts';

/** Work that goes on until it is let go, with the numbers of what has begun. */
function workIn(pool: Pool): {
  readonly begun: number[];
  readonly add: (number: number) => void;
  readonly finish: (number: number) => Promise<void>;
} {
  const begun: number[] = [];
  const ends = new Map<number, () => void>();
  const done = new Map<number, Promise<void>>();
  return {
    begun,
    add: (number) => {
      const end = Promise.withResolvers<void>();
      ends.set(number, end.resolve);
      const work = async (): Promise<void> => {
        begun.push(number);
        await end.promise;
      };
      done.set(number, pool(work));
    },
    finish: async (number) => {
      ends.get(number)?.();
      await done.get(number);
    },
  };
}

/** Lets what can begin do so. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

test('more places are taken at once by those that wait', async () => {
  const pool = createPool(1);
  const { begun, add } = workIn(pool);
  [1, 2, 3, 4].forEach(add);
  await settled();
  expect(begun).toEqual([1]);
  pool.resize(3);
  await settled();
  expect([begun, pool.taken()]).toEqual([[1, 2, 3], 3]);
});

test('with fewer places, nothing begins until enough has ended', async () => {
  const pool = createPool(3);
  const { begun, add, finish } = workIn(pool);
  [1, 2, 3, 4].forEach(add);
  await settled();
  pool.resize(1);
  await finish(1);
  await finish(2);
  await settled();
  expect([begun, pool.taken()]).toEqual([[1, 2, 3], 1]);
  await finish(3);
  await settled();
  expect(begun).toEqual([1, 2, 3, 4]);
});
