import { expect, test } from 'vitest';
import { eventsAfter } from '../../test/rig/events-after.ts';
import { sampleEvents, type Sample } from '../../test/rig/sample-run.ts';
import type { JournalEvent, RunEvent } from '../model/event.ts';
import { foldRun } from '../model/fold-run.ts';
import { measureRuns } from './measure-runs.ts';
import { measureRun } from './metrics-file.ts';
import { renderMetricsTable } from './metrics-table.ts';

const nothing = {
  runs: 0,
  tasks: 0,
  successRate: null,
  speedup: null,
  overheadMinutes: null,
  utilization: null,
  mergeRate: null,
  reworkRate: null,
  footprint: { recall: null, precision: null },
  costUsd: null,
  failures: [],
};

/** A sample run, and then what came so many seconds after its end. */
function after(sample: Sample, later: readonly (readonly [number, RunEvent])[]): JournalEvent[] {
  return eventsAfter(sampleEvents(sample), later);
}

const completed = { outcome: 'completed' } as const;

test('of no runs, nothing is known', () => {
  expect(measureRuns([])).toMatchObject(nothing);
});

test('one run alone has the figures of its own file', () => {
  const events = sampleEvents({ tasks: [completed, completed, { outcome: 'failed' }] });
  const { run: _, ...figures } = measureRun(foldRun(events)!);
  const { successRate, speedup, overheadMinutes, utilization, footprint, costUsd } = figures;
  expect(measureRuns([events])).toMatchObject({
    runs: 1,
    tasks: 3,
    ...{ successRate, speedup, overheadMinutes, utilization, footprint, costUsd },
    failures: [{ reason: 'check-failed', count: 1 }],
  });
});

test('a run counts by its size, and its overhead once', () => {
  const short = sampleEvents({ tasks: [completed] });
  const long = sampleEvents({ tasks: [completed, completed, completed, { outcome: 'failed' }] });
  const found = measureRuns([short, long]);
  // One minute in 76 seconds, and ten minutes in 259.
  expect(found.speedup).toBeCloseTo((60 + 600) / (76 + 259), 3);
  expect(found.overheadMinutes).toBeCloseTo((16 + 19) / 2 / 60, 2);
  expect(found.successRate).toBe(0.8);
});

test('the night between two starts is nobody’s time, also when the first orchestrator died', () => {
  const night = 12 * 3600;
  const { at: _, seq: __, run: ___, ...first } = sampleEvents({})[0]!;
  const { base, settings, only, orchestrator } = first as RunEvent & { type: 'run-started' };
  const resumed = { type: 'run-resumed', base, settings, only, orchestrator } as const;
  const ended = { type: 'run-ended', how: 'finished' } as const;
  for (const how of ['interrupted', null] as const) {
    const before = measureRuns([sampleEvents({ tasks: [completed] })]);
    const events = after({ tasks: [completed], ended: how }, [
      [night, resumed],
      [night + 6, ended],
    ]);
    const { parallelMinutes, utilization } = measureRuns([events]);
    expect(parallelMinutes).toBeCloseTo((before.parallelMinutes ?? 0) + (how ? 0.1 : 0.02), 1);
    expect(utilization).toBeGreaterThan(0.6);
  }
});

test('pull requests are reworked when somebody had to change them, and unknown while nobody looked', () => {
  const tasks = [completed, completed, completed, completed];
  expect(measureRuns([sampleEvents({ tasks })])).toMatchObject({ mergeRate: 0, reworkRate: null });
  const left = { type: 'merge-left', message: '', with: [], files: [] } as const;
  const merged = { type: 'merge-done', sha: 'c'.repeat(40), by: 'us' } as const;
  const events = after({ tasks }, [
    [1, { ...merged, task: 1 }],
    [2, { ...left, task: 2, reason: 'conflict' }],
    [3, { ...left, task: 3, reason: 'needs' }],
    [4, { type: 'head-seen', task: 4, head: 'd'.repeat(40) }],
    [5, { ...merged, task: 4 }],
  ]);
  expect(measureRuns([events])).toMatchObject({
    pullRequests: 4,
    mergeRate: 0.5,
    reworkRate: 0.5,
    successRate: 1,
  });
});

test('a run that goes on says nothing of tasks that are not over', () => {
  const tasks = [completed, { outcome: 'running' }, { outcome: 'queued' }] as const;
  expect(measureRuns([sampleEvents({ tasks, ended: null })])).toMatchObject({
    tasks: 3,
    successRate: 1,
    speedup: null,
    overheadMinutes: null,
  });
});

test('people see each figure beside its target, and what is not known as a dash', () => {
  const draw = (histories: JournalEvent[][]): string =>
    renderMetricsTable({
      metrics: measureRuns(histories),
      scope: 'in 2026-03',
      width: 90,
      isColour: false,
    });
  const text = draw([[...sampleEvents({})]]);
  expect(text).toContain('1 run, 3 tasks in 2026-03\n');
  expect(text).toMatch(/Speedup +1\.8x +6m 00s of work in 3m 18s\n/u);
  expect(text).toMatch(/Tasks that succeeded +67% +missed +target at least 80%\n/u);
  expect(text).toMatch(/Overhead of a run +18s +met /u);
  expect(text).toMatch(/Pull requests reworked +– +nobody/u);
  expect(text).toMatch(/check-failed +1\n/u);
  expect(text).toContain('flotilla explain check-failed');
  expect(draw([])).not.toMatch(/met|missed|NaN|Failures/u);
});
