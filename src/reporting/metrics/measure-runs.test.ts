import { expect, test } from 'vitest';
import { eventsAfter } from '../../../test/rig/events-after.ts';
import { sampleCheck, sampleEvents, type Sample } from '../../../test/rig/sample-run.ts';
import type { ControlOutcome } from '../../model/event/control-event.ts';
import type { JournalEvent, RunEvent } from '../../model/event/event.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import { measureRuns, type RunsMetrics } from './measure-runs.ts';
import { measureRun } from './metrics-file.ts';
import { renderMetricsTable } from './metrics-table.ts';
import { figuresOfRun, type RunFigures } from './run-figures.ts';

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

type Later = (readonly [number, RunEvent])[];

/** A sample run, and then what came so many seconds after its end. */
function after(sample: Sample, later: readonly (readonly [number, RunEvent])[]): JournalEvent[] {
  return eventsAfter(sampleEvents(sample), later);
}

/** Runs together, from the events of each; their figures have been plain JSON in between, as those that are kept. */
function measureEvents(histories: readonly (readonly JournalEvent[])[]): RunsMetrics {
  const figures = histories.map((events) => JSON.stringify(figuresOfRun(foldRun(events)!)));
  return measureRuns(figures.map((text) => JSON.parse(text) as RunFigures));
}

const completed = { outcome: 'completed' } as const;

test('of no runs, nothing is known', () => {
  expect(measureEvents([])).toMatchObject(nothing);
});

test('one run alone has the figures of its own file', () => {
  const events = sampleEvents({ tasks: [completed, completed, { outcome: 'failed' }] });
  const { run: _, ...figures } = measureRun(foldRun(events)!);
  const { successRate, speedup, overheadMinutes, utilization, footprint, costUsd } = figures;
  expect(measureEvents([events])).toMatchObject({
    runs: 1,
    tasks: 3,
    ...{ successRate, speedup, overheadMinutes, utilization, footprint, costUsd },
    failures: [{ reason: 'check-failed', count: 1 }],
  });
});

test('a run counts by its size, and its overhead once', () => {
  const short = sampleEvents({ tasks: [completed] });
  const long = sampleEvents({ tasks: [completed, completed, completed, { outcome: 'failed' }] });
  const found = measureEvents([short, long]);
  // In 76 seconds one task that succeeded, in 259 three: each as long as its agent and its check.
  const [one, three] = [58.1, 58.1 + 118.1 + 178.1];
  expect(found.speedup).toBeCloseTo((one + three) / (76 + 259), 3);
  expect(found.averageSpeedup).toBeCloseTo((one / 76 + three / 259) / 2, 3);
  expect(found.overheadMinutes).toBeCloseTo((16 + 19) / 2 / 60, 2);
  expect(found.successRate).toBe(0.8);
});

test('the night between two starts is nobody’s time, also when the first orchestrator died', () => {
  const night = 12 * 3600;
  const resumed = resumedAfter(sampleEvents({}));
  for (const how of ['interrupted', null] as const) {
    const before = measureEvents([sampleEvents({ tasks: [completed] })]);
    const events = after({ tasks: [completed], ended: how }, [
      [night, resumed],
      [night + 6, ends],
    ]);
    const { parallelMinutes, utilization } = measureEvents([events]);
    expect(parallelMinutes).toBeCloseTo((before.parallelMinutes ?? 0) + (how ? 0.1 : 0.02), 1);
    expect(utilization).toBeGreaterThan(0.6);
  }
});

test('pull requests are reworked when somebody had to change them, and unknown while nobody looked', () => {
  const tasks = [completed, completed, completed, completed];
  expect(measureEvents([sampleEvents({ tasks })])).toMatchObject({
    mergeRate: 0,
    reworkRate: null,
  });
  const left = { type: 'merge-left', message: '', with: [], files: [] } as const;
  const merged = { type: 'merge-done', sha: 'c'.repeat(40), by: 'us' } as const;
  const events = after({ tasks }, [
    [1, { ...merged, task: 1 }],
    [2, { ...left, task: 2, reason: 'conflict' }],
    [3, { ...left, task: 3, reason: 'needs' }],
    [4, { type: 'head-seen', task: 4, head: 'd'.repeat(40) }],
    [5, { ...merged, task: 4 }],
  ]);
  expect(measureEvents([events])).toMatchObject({
    pullRequests: 4,
    mergeRate: 0.5,
    reworkRate: 0.5,
    successRate: 1,
  });
});

test('a run that goes on says nothing of tasks that are not over', () => {
  const tasks = [completed, { outcome: 'running' }, { outcome: 'queued' }] as const;
  expect(measureEvents([sampleEvents({ tasks, ended: null })])).toMatchObject({
    tasks: 3,
    successRate: 1,
    speedup: null,
    overheadMinutes: null,
  });
});

test('people see each figure next to its target, and what is not known as a dash', () => {
  const draw = (histories: JournalEvent[][]): string =>
    renderMetricsTable({
      metrics: measureEvents(histories),
      scope: 'in 2026-03',
      width: 90,
      isColour: false,
    });
  const text = draw([[...sampleEvents({})]]);
  expect(text).toContain('1 run, 3 tasks in 2026-03\n');
  expect(text).toMatch(/Speedup +0\.9x +estimated: 2m 56s of work in 3m 18s\n/u);
  expect(text).toMatch(/Tasks that succeeded +67% +missed +target at least 80%\n/u);
  expect(text).toMatch(/Overhead of a run +18s +met /u);
  expect(text).toMatch(/Pull requests reworked +– +none was/u);
  expect(text).toMatch(/check-failed +1\n/u);
  expect(text).toContain('flotilla explain check-failed');
  expect(text).toMatch(/1× in 1 run, 2m 58s lost: check-failed\/test-failure/u);
  expect(text).toMatch(/Improvements worth most.+\n +2m 58s {2}Compare what the test expects/u);
  expect(draw([])).not.toMatch(/met|missed|NaN|Failures|patterns|Improvements/u);
});

const agent = {
  agent: 'claude',
  why: 'retry',
  directory: '/attempts/again',
  resumes: null,
} as const;

/** A second attempt of task 1 that ends well after 30 seconds, from so many seconds on. */
function secondAttempt(from: number): Later {
  const which = { task: 1, attempt: 2 };
  const result = { kind: 'exited', code: 0 } as const;
  return [
    [from, { type: 'attempt-intended', ...which, ...agent }],
    [from + 30, { type: 'attempt-ended', ...which, result, claim: '', failure: null }],
    [from + 30, { type: 'check-ended', ...which, result: sampleCheck() }],
    [from + 31, { type: 'task-completed', task: 1 }],
  ];
}

const again = { type: 'task-retried', task: 1, why: 'asked', isFresh: false } as const;
const ends = { type: 'run-ended', how: 'finished' } as const;

function resumedAfter(events: readonly JournalEvent[]): RunEvent {
  const { base, settings, only, orchestrator } = events[0] as JournalEvent & {
    type: 'run-started';
  };
  return { type: 'run-resumed', base, settings, only, orchestrator };
}

test('of work that did not succeed there is no speed-up, and of one agent none above 1', () => {
  const failed = { outcome: 'failed' } as const;
  expect(measureEvents([sampleEvents({ tasks: [failed, failed] })])).toMatchObject({
    ...{ speedup: 0, averageSpeedup: 0, successRate: 0, firstRunSuccessRate: 0, mended: 0 },
    minutesLost: [{ reason: 'check-failed', minutes: 2.94 }],
  });
  // Its checks, side by side, took longer than the whole run.
  const alone = after({ tasks: [completed], ended: null }, [[0, ends]]).map((event) =>
    event.type === 'check-ended'
      ? { ...event, result: sampleCheck({ durationMs: 900_000 }) }
      : event,
  );
  expect(measureEvents([alone]).speedup).toBe(1);
});

test('a failure that a retry fixed stays known, a night later, too', () => {
  const first = sampleEvents({ tasks: [{ outcome: 'failed' }, completed] });
  const night = 12 * 3600;
  const later = secondAttempt(night + 2);
  const events = eventsAfter(first, [
    [night, resumedAfter(first)],
    [night + 1, again],
    ...later,
    [night + 40, ends],
  ]);
  const found = measureEvents([events, first]);
  expect(found).toMatchObject({
    ...{ tasks: 4, successRate: 0.75, firstRunSuccessRate: 0.5, mended: 1 },
    failures: [{ reason: 'check-failed', count: 1 }],
    failurePatterns: [{ reason: 'check-failed', count: 2, mended: 1, minutesLost: 1.94 }],
    minutesLost: [{ reason: 'check-failed', minutes: 1.94 }],
    improvements: [{ reasons: ['check-failed'], minutesLost: 1.94, count: 2 }],
  });
  // The failed round is no work that succeeded, and the night is nobody's.
  expect(measureEvents([events]).sequentialMinutes).toBeCloseTo((33.1 + 118.1) / 60, 2);
  expect(measureEvents([events]).parallelMinutes).toBeCloseTo((138 + 40) / 60, 1);
});

test('what is retried by itself succeeds in its first run, and what it lost is counted', () => {
  const stalled = { reason: 'stalled', message: 'No output', silentSeconds: 600 } as const;
  const running = sampleEvents({ tasks: [{ outcome: 'running' }], ended: null });
  const result = { kind: 'stopped', why: 'stalled' } as const;
  const events = eventsAfter(running, [
    [600, { type: 'attempt-ended', task: 1, attempt: 1, result, claim: '', failure: stalled }],
    [600, { ...again, why: 'automatic' }],
    ...secondAttempt(601),
    [640, ends],
  ]);
  expect(measureEvents([events])).toMatchObject({
    ...{ firstRunSuccessRate: 1, mended: 1, failures: [], sequentialMinutes: 0.55 },
    minutesLost: [{ reason: 'stalled', minutes: 10.07 }],
  });
});

test('work that could only not be published is not lost once it is', () => {
  const failure = { reason: 'forge-error', message: 'The forge does not answer' } as const;
  const events = sampleEvents({ tasks: [completed] }).flatMap<JournalEvent>((event) => {
    if (event.type === 'run-ended') return [];
    return event.type === 'task-completed'
      ? [{ ...event, type: 'task-failed' as const, failure }]
      : [event];
  });
  expect(measureEvents([events]).minutesLost).toEqual([{ reason: 'forge-error', minutes: 0.97 }]);
  const published = eventsAfter(events, [
    [1, again],
    [2, { type: 'task-completed', task: 1 }],
    [3, ends],
  ]);
  expect(measureEvents([published])).toMatchObject({
    ...{ mended: 1, firstRunSuccessRate: 0, sequentialMinutes: 0.97 },
    minutesLost: [{ reason: 'forge-error', minutes: 0 }],
  });
});

test('a pause costs what nobody could work in, and cancelled work is lost', () => {
  const running = sampleEvents({ tasks: [{ outcome: 'running' }], ended: null });
  const pause = { type: 'run-paused', message: 'Limit reached', until: null } as const;
  const which = { task: 1, attempt: 1, claim: '', failure: null } as const;
  const events = eventsAfter(running, [
    // The agent works on for a minute of the ten.
    [60, { ...pause, reason: 'provider-limited' }],
    [120, { type: 'attempt-ended', ...which, result: { kind: 'stopped', why: 'cancelled' } }],
    [121, { type: 'task-cancelled', task: 1 }],
    [660, { type: 'run-continued' }],
    [700, ends],
  ]);
  expect(measureEvents([events])).toMatchObject({
    ...{ speedup: 0, firstRunSuccessRate: 0, failurePatterns: [] },
    minutesLost: [
      { reason: 'provider-limited', minutes: 9 },
      { reason: 'cancelled', minutes: 2.07 },
    ],
    improvements: [{ reasons: ['provider-limited'] }, { reasons: ['cancelled'] }],
  });
});

test('what ran again alone says how much all was slowed down, and is no part of the run', () => {
  const tasks = [completed, completed];
  const before = measureEvents([sampleEvents({ tasks })]);
  const directory = '/attempts/1-solo';
  const control = (task: number, second: number, outcome: ControlOutcome): Later => [
    [second, { type: 'control-intended', task, agent: 'claude', directory }],
    [second + 1, { type: 'control-cost', task, costUsd: 0.1 }],
    [second + 30, { type: 'control-ended', task, outcome }],
  ];
  // Side by side, its agent and its check took 58.1 seconds.
  const measured = control(1, 5, { kind: 'measured', aloneMs: 29_050 });
  const events = after({ tasks, ended: null }, [...measured, [100, ends]]);
  const found = measureEvents([events]);
  expect(found).toMatchObject({
    ...{ speedupBasis: 'measured', contention: 2, controls: 1 },
    ...{ controlCostUsd: 0.1, costUsd: 0.85, parallelMinutes: before.parallelMinutes },
    sequentialMinutes: 1.47,
  });
  expect(found.speedup).toBeCloseTo((before.speedup ?? 0) / 2, 3);

  const unmeasured = control(2, 5, { kind: 'cut-short' });
  expect(
    measureEvents([after({ tasks, ended: null }, [...unmeasured, [100, ends]])]),
  ).toMatchObject({
    ...{ speedupBasis: 'estimated', contention: null, controls: 0, controlCostUsd: 0.1 },
    speedup: before.speedup,
  });
  // Together they are known as well as the one that is known least; what never succeeded asks for nothing.
  const failed = sampleEvents({ tasks: [{ outcome: 'failed' }] });
  expect(measureEvents([events, failed]).speedupBasis).toBe('measured');
  expect(measureEvents([events, sampleEvents({ tasks })]).speedupBasis).toBe('estimated');

  // A start for the control alone adds nothing to the run's time.
  const ended = sampleEvents({ tasks });
  const asked = eventsAfter(ended, [
    [3600, resumedAfter(ended)],
    ...control(1, 3620, { kind: 'measured', aloneMs: 29_050 }),
    [3700, ends],
  ]);
  expect(measureEvents([asked])).toMatchObject({
    ...{ speedupBasis: 'measured', parallelMinutes: before.parallelMinutes },
  });
});
