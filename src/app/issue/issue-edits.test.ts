import { expect, test } from 'vitest';
import { plannedTask, sampleEvents } from '../../../test/rig/sample-run.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import type { TaskState } from '../../model/state/task-state.ts';
import type { Plan } from '../../model/plan/plan.ts';
import { findShiftedTasks } from './issue-edits.ts';

/** A run in which `One` succeeded, `Two` failed and `Three` was not begun. */
const begun: readonly TaskState[] =
  foldRun(
    sampleEvents({
      tasks: [
        { title: 'One', outcome: 'completed' },
        { title: 'Two', outcome: 'failed' },
        { title: 'Three', outcome: 'queued' },
      ],
    }),
  )?.tasks ?? [];

function planOf(...titles: readonly string[]): Plan {
  return {
    phases: [],
    tasks: titles.map((title, index) => plannedTask({ title }, index + 1)),
    skipped: [],
    acceptance: [],
    context: '',
    findings: [],
    order: [],
    stack: 'auto',
    schedule: [],
    checklist: { score: 0, of: 0, items: [] },
    verdict: 'proceed',
    refusals: [],
    forecast: {
      workers: 1,
      parallelMinutes: 0,
      sequentialMinutes: 0,
      speedup: 1,
      overheadMinutes: 0,
      lowerBoundMinutes: 0,
      failures: { share: [0, 0], minutes: [0, 0], basis: 'guide' },
      apiCalls: 0,
      memoryMb: 0,
      diskMb: 0,
      costUsd: null,
      minutesFactor: 1,
    },
  };
}

test('an issue that is as it was, or has more at its end, has shifted nothing', () => {
  expect(findShiftedTasks(begun, planOf('One', 'Two', 'Three'))).toEqual([]);
  expect(findShiftedTasks(begun, planOf('One', 'Two', 'Three', 'Four'))).toEqual([]);
});

test('the words of what did not succeed may be fixed, and what was not begun may be anything', () => {
  expect(findShiftedTasks(begun, planOf('One', 'Two, but clearer', 'Another'))).toEqual([]);
});

test('an item put before others shifts those that were begun', () => {
  expect(findShiftedTasks(begun, planOf('Zero', 'One', 'Two', 'Three'))).toEqual([
    { ordinal: 1, was: 'One', is: 'Zero' },
    { ordinal: 2, was: 'Two', is: 'One' },
  ]);
});

test('a number whose work has succeeded cannot come to mean other work', () => {
  expect(findShiftedTasks(begun, planOf('Something else', 'Two', 'Three'))).toEqual([
    { ordinal: 1, was: 'One', is: 'Something else' },
  ]);
});

test('an item that was ticked off is still in its place', () => {
  const { tasks, ...rest } = planOf('One', 'Two', 'Three');
  const skipped = [{ ordinal: 1, title: 'One', reason: 'checked' as const }];
  expect(findShiftedTasks(begun, { ...rest, tasks: tasks.slice(1), skipped })).toEqual([]);
});
