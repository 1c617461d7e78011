import { expect, test } from 'vitest';
import { plannedTask } from '../../test/rig/sample-run.ts';
import type { Phase } from '../model/issue.ts';
import type { Plan, PlannedTask } from '../model/plan.ts';
import { estimateDuration } from './estimated-duration.ts';

function plan(
  tasks: readonly (Partial<PlannedTask> & { estimateMinutes: number })[],
  mode: Phase['mode'] = 'parallel',
): Plan {
  return {
    phases: [1, 2].map((number) => ({ number, title: '', mode })),
    tasks: tasks.map((task, index) => ({ ...plannedTask({}, index + 1), ...task })),
    skipped: [],
    acceptance: [],
    context: '',
    findings: [],
    order: [],
  };
}

const minutes = (...estimates: number[]) =>
  estimates.map((estimateMinutes) => ({ estimateMinutes }));

test.each([
  [5, 20],
  [2, 25],
  [1, 50],
])('the longest go first on %i workers', (workers, parallel) => {
  const estimate = estimateDuration(plan(minutes(5, 10, 15, 20)), workers);
  expect(estimate).toEqual({ parallel, sequential: 50 });
});

test('a task waits for what it depends on', () => {
  const tasks = [{ estimateMinutes: 10 }, { estimateMinutes: 20, dependsOn: [1] }];
  expect(estimateDuration(plan(tasks), 5).parallel).toBe(30);
});

test('a phase waits for the one before it', () => {
  const tasks = [{ estimateMinutes: 10 }, { estimateMinutes: 20, phase: 2 }];
  expect(estimateDuration(plan(tasks), 5).parallel).toBe(30);
});

test('a sequential phase gains nothing', () => {
  expect(estimateDuration(plan(minutes(10, 10), 'sequential'), 5).parallel).toBe(20);
});

test('a cycle still has an estimate, and so has no task at all', () => {
  const tasks = [
    { estimateMinutes: 10, dependsOn: [2] },
    { estimateMinutes: 10, dependsOn: [1] },
  ];
  expect(estimateDuration(plan(tasks), 5).parallel).toBe(20);
  expect(estimateDuration(plan([]), 5)).toEqual({ parallel: 0, sequential: 0 });
});
