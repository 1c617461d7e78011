import { expect, test } from 'vitest';
import { sampleEvents, type Sample } from '../../../test/rig/sample-run.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { measureRun, renderMetrics } from './metrics-file.ts';

function stateOf(sample: Sample): RunState {
  return foldRun(sampleEvents(sample)) as RunState;
}

test('time is measured as the user guide defines it', () => {
  const tasks = [1, 2, 3].map(() => ({ outcome: 'completed' as const }));
  // Agents of 55, 115 and 175 seconds that overlap, with checks of 3.1; the run lasts from 12:00:00 to 12:03:18.
  expect(measureRun(stateOf({ tasks }))).toMatchObject({
    sequentialMinutes: 5.91,
    parallelMinutes: 3.3,
    savedMinutes: 2.6,
    speedup: 1.789,
    speedupBasis: 'estimated',
    longestTaskMinutes: 3,
    overheadMinutes: 0.3,
    agents: 3,
    // 345 seconds of agents at work, of three times 198.
    utilization: 0.581,
    successRate: 1,
    costUsd: 1.5,
    pullRequests: 3,
    mergeRate: 0,
  });
});

test('failures are counted by reason, the most frequent first', () => {
  const late = { reason: 'timed-out', message: 'too long', limitSeconds: 60 } as const;
  const tasks = [
    { outcome: 'failed' as const, failure: late },
    { outcome: 'failed' as const },
    { outcome: 'failed' as const },
    { outcome: 'completed' as const },
  ];
  const { failures, successRate } = measureRun(stateOf({ tasks }));
  expect(failures).toEqual([
    { reason: 'check-failed', count: 2 },
    { reason: 'timed-out', count: 1 },
  ]);
  expect(successRate).toBe(0.25);
});

test('predicted footprints are compared with what was touched', () => {
  const tasks = [
    { outcome: 'completed' as const, files: ['src/part-1.js', 'package.json'] },
    { outcome: 'completed' as const, files: ['src/other.js'] },
  ];
  expect(measureRun(stateOf({ tasks })).footprint).toEqual({ recall: 0.333, precision: 0.5 });
});

test('what is not known is null, not zero', () => {
  const state = stateOf({ tasks: [{ outcome: 'queued' }], ended: null });
  expect(measureRun(state)).toMatchObject({
    sequentialMinutes: null,
    parallelMinutes: null,
    speedup: null,
    overheadMinutes: null,
    utilization: null,
    mergeRate: null,
    costUsd: null,
    footprint: { recall: null, precision: null },
  });
});

test('the same state gives the same bytes', () => {
  expect(renderMetrics(stateOf({}))).toBe(renderMetrics(stateOf({})));
});
