import { expect, test } from 'vitest';
import { endOf, type TaskWay } from './virtual-check.ts';

function way(task: number, on: number | null, work: number): TaskWay {
  return { task, on, work, checks: 1, rest: 1 };
}

test('without a check the longest way is the end, and a task that stands on another begins at its end', () => {
  const none = { seconds: 0, atOnce: 2, baseSeconds: 0 };
  expect(endOf([way(1, null, 10), way(2, null, 4)], none)).toBe(11);
  expect(endOf([way(1, null, 10), way(2, 1, 4)], none)).toBe(16);
});

test('checks wait for the base and for a place, and agents wait two minutes', () => {
  const slow = { seconds: 600, atOnce: 2, baseSeconds: 600 };
  expect(endOf([way(1, null, 10)], slow)).toBe(1201);
  expect(endOf([way(1, null, 10), way(2, null, 20), way(3, null, 30)], slow)).toBe(1801);
  expect(endOf([way(1, null, 10), way(2, 1, 100)], slow)).toBe(1201 + 100 + 601);
});
