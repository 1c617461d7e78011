import { expect, test } from 'vitest';
import { sampleEvents } from '../../../test/rig/sample-run.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import type { RunState } from '../../model/state/run-state.ts';
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

test('the price of a minute is known of the agent that ran it, and of no other', () => {
  const [state] = runs(1);
  const attempts = state?.tasks.flatMap((task) => task.attempts) ?? [];
  const minutes = attempts.reduce(
    (sum, { startedAt, endedAt }) =>
      sum + (Date.parse(endedAt ?? '') - Date.parse(startedAt)) / 60_000,
    0,
  );
  const cost = attempts.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0);
  expect(cost).toBeGreaterThan(0);
  expect(learnFromRuns(runs(3), 'claude')?.costPerMinuteUsd).toBeCloseTo(cost / minutes, 5);
  expect(learnFromRuns(runs(1), 'codex')?.costPerMinuteUsd).toBeNull();
});

test('tasks that failed are counted among those that came to an end', () => {
  expect(learnFromRuns(runs(4), 'claude')?.outcomes).toEqual({ ended: 12, failed: 4 });
});

test('runs in which nothing succeeded teach how much fails, and leave the minutes as they are', () => {
  const failed = foldRun(sampleEvents({ tasks: [{ outcome: 'failed' }, { outcome: 'failed' }] }));
  expect(learnFromRuns(failed === null ? [] : [failed], 'claude')).toMatchObject({
    tasks: 0,
    minutesFactor: 1,
    outcomes: { ended: 2, failed: 2 },
  });
});

test('what an author stated was never multiplied, and is taken as it stands', () => {
  const [state] = runs(20);
  if (state?.plan == null) throw new Error('no plan');
  const tasks = state.plan.tasks.map((task) => ({ ...task, estimateMinutes: 2 }));
  const forecast = { ...state.plan.forecast, minutesFactor: 2 };
  const plan = { ...state.plan, tasks, forecast };
  const stated = plan.tasks.map((task) => ({ ...task, basis: 'stated' as const }));
  const factorOf = (planned: typeof tasks): number =>
    learnFromRuns(
      Array.from({ length: 20 }, () => ({ ...state, plan: { ...plan, tasks: planned } })),
      'claude',
    )?.minutesFactor ?? 0;
  expect(factorOf(tasks)).toBeGreaterThan(factorOf(stated));
});
