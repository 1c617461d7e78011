import { expect, test } from 'vitest';
import { sampleEvents } from '../../test/rig/sample-run.ts';
import { foldRun } from '../model/fold-run.ts';
import type { RunState } from '../model/run-state.ts';
import { learnFromRuns } from './past-runs.ts';

function runs(count: number): RunState[] {
  const tasks = [
    { outcome: 'completed' },
    { outcome: 'completed' },
    { outcome: 'failed' },
  ] as const;
  const state = foldRun(sampleEvents({ tasks }));
  return state === null ? [] : Array.from({ length: count }, () => state);
}

test('without a task that succeeded nothing is learnt', () => {
  expect(learnFromRuns([], 'claude')).toBeNull();
});

test('tasks that took a fraction of their estimate make the next ones shorter, the more the surer', () => {
  const few = learnFromRuns(runs(1), 'claude');
  const many = learnFromRuns(runs(20), 'claude');
  expect(few?.tasks).toBe(2);
  expect(few?.minutesFactor).toBeLessThan(1);
  expect(many?.minutesFactor).toBeLessThan(few?.minutesFactor ?? 0);
  expect(many?.minutesFactor).toBeGreaterThanOrEqual(1 / 3);
});

test('the cost of a task is known of the agent that ran it, and of no other', () => {
  expect(learnFromRuns(runs(1), 'claude')?.costPerTaskUsd).toBeGreaterThan(0);
  expect(learnFromRuns(runs(1), 'codex')?.costPerTaskUsd).toBeNull();
});
