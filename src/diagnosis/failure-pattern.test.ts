import { expect, test } from 'vitest';
import { sampleCheck, sampleEvents, type SampleTask } from '../../test/rig/sample-run.ts';
import type { Failure } from '../model/failure/failure.ts';
import { foldRun } from '../model/state/fold-run.ts';
import type { RunState } from '../model/state/run-state.ts';
import { alikeFailures, fleetPattern } from './failure-pattern.ts';

function stateOf(tasks: readonly SampleTask[]): RunState {
  return foldRun(sampleEvents({ tasks, ended: null })) as RunState;
}

function failed(failure: Failure): SampleTask {
  return { outcome: 'failed', failure };
}

function failedCheck(excerpt: string): SampleTask {
  const check = sampleCheck({ state: 'failed', exitCode: 1, excerpt });
  return failed({ reason: 'check-failed', message: 'npm test failed', check });
}

const notStarted = failed({ reason: 'not-started', message: 'spawn /usr/bin/claude ENOENT' });
const running: SampleTask = { outcome: 'running' };
const completed: SampleTask = { outcome: 'completed' };

test('two agents that could not be started are a pattern while others still run', () => {
  const pattern = fleetPattern(stateOf([notStarted, running, notStarted, running, completed]));
  expect(pattern).toMatchObject({ tasks: [1, 3], line: 'spawn /usr/bin/claude ENOENT' });
  expect(pattern?.fingerprint).toMatch(/^not-started\/command-not-found:/u);
  expect(pattern?.cause).not.toBe('');
  expect(pattern?.fix).not.toBe('');
});

test('the same missing package in different tests is one pattern', () => {
  const tasks = [
    failedCheck("Error: Cannot find package 'lodash' imported from /ws/1/a.js"),
    failedCheck(
      "✖ other test\nError: Cannot find module 'lodash/fp'\nRequire stack:\n- /ws/2/b.js",
    ),
  ];
  expect(fleetPattern(stateOf(tasks))).toMatchObject({
    tasks: [1, 2],
    cause: expect.stringContaining('package'),
  });
});

test.each([
  ['one task alone', [notStarted, running]],
  ['less than half of those that ended', [notStarted, notStarted, completed, completed, completed]],
  [
    'different errors',
    [notStarted, failed({ reason: 'unauthenticated', message: 'not signed in' })],
  ],
  ['a plain test failure', [failedCheck('✖ adds'), failedCheck('✖ adds')]],
  ['agents without commits', Array(4).fill(failed({ reason: 'no-commits', message: 'nothing' }))],
  [
    'a module that another task creates',
    Array(3).fill(failedCheck("Cannot find module './cart.js' imported from /a/b.js")),
  ],
  [
    'timeouts',
    Array(3).fill(
      failed({ reason: 'timed-out', message: 'Agent timeout after 30min', limitSeconds: 1800 }),
    ),
  ],
] as [string, SampleTask[]][])('%s is no pattern', (_, tasks) => {
  expect(fleetPattern(stateOf(tasks))).toBeNull();
});

test('what failed before the newest start does not count', () => {
  const state = stateOf([notStarted, notStarted, running]);
  expect(fleetPattern(state, '2026-03-02T12:00:00.000Z')).not.toBeNull();
  expect(fleetPattern(state, '2026-03-02T12:01:30.000Z')).toBeNull();
});

test('tasks whose checks fail with the same line failed alike; others did not', () => {
  const state = stateOf([
    failedCheck('✖ adds (3ms)'),
    completed,
    failedCheck('✖ subtracts (3ms)'),
    failedCheck('✖ adds (120ms)'),
  ]);
  expect(alikeFailures(state, 4)).toMatchObject({ tasks: [1, 4] });
  expect(alikeFailures(state, 3)).toBeNull();
  expect(alikeFailures(state, 2)).toBeNull();
});
