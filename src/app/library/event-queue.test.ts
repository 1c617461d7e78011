import { expect, test } from 'vitest';
import { openEventQueue } from './event-queue.ts';

test('values come out in their order, those before the first taker and those after', async () => {
  const queue = openEventQueue<number>();
  queue.put(1);
  const taken: number[] = [];
  const taking = (async () => {
    for await (const value of queue) taken.push(value);
  })();
  queue.put(2);
  await Promise.resolve();
  queue.put(3);
  queue.end();
  await taking;
  expect(taken).toEqual([1, 2, 3]);
});

test('an error comes after the last value', async () => {
  const queue = openEventQueue<number>();
  queue.put(1);
  queue.end(new Error('over'));
  const taken: number[] = [];
  const taking = (async () => {
    for await (const value of queue) taken.push(value);
  })();
  await expect(taking).rejects.toThrow('over');
  expect(taken).toEqual([1]);
});
