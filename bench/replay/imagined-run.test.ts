import { expect, test } from 'vitest';
import { endOf, type TaskWay } from './imagined-run.ts';

function way(task: number, on: number | null, agents: number): TaskWay {
  return { task, on, work: agents + 1, agents, checks: 1, rest: 1 };
}

test('without a check the longest way is the end, and a task that stands on another begins at its end', () => {
  const same = { agentFactor: 1, check: { seconds: 0, atOnce: 2 } };
  expect(endOf([way(1, null, 10), way(2, null, 4)], same, false)).toBe(12);
  expect(endOf([way(1, null, 10), way(2, 1, 4)], same, false)).toBe(18);
});

test('agents take longer, and what is around them does not', () => {
  const long = { agentFactor: 60, check: { seconds: 0, atOnce: 2 } };
  expect(endOf([way(1, null, 10), way(2, 1, 4)], long, false)).toBe(14 * 60 + 4);
});

test('checks wait for the base and for a place, and agents wait two minutes', () => {
  const slow = { agentFactor: 1, check: { seconds: 600, atOnce: 2 } };
  expect(endOf([way(1, null, 10)], slow, true)).toBe(1_201);
  expect(endOf([way(1, null, 10), way(2, null, 20), way(3, null, 30)], slow, true)).toBe(1_801);
  expect(endOf([way(1, null, 10), way(2, 1, 100)], slow, true)).toBe(1_201 + 101 + 601);
});
