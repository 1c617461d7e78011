import { expect, test } from 'vitest';
import { eventsAfter } from '../../test/rig/events-after.ts';
import { sampleCheck, sampleEvents, type SampleTask } from '../../test/rig/sample-run.ts';
import { isEventShaped } from '../model/event/event-shape.ts';
import type { JournalEvent, RunEvent } from '../model/event/event.ts';
import type { Failure } from '../model/failure/failure.ts';
import { advanceRun, foldRun } from '../model/state/fold-run.ts';
import type { RunState } from '../model/state/run-state.ts';
import { baseTroubles } from './base-troubles.ts';
import { diagnosedEvent } from './diagnosed-event.ts';
import { failureLine } from './failure-line.ts';
import { evidenceOfTask } from './failure-evidence.ts';
import { alikeFailures } from './failure-pattern.ts';

const started = foldRun(sampleEvents({ tasks: [{ outcome: 'running' }], ended: null }))!;

function failedCheck(excerpt: string): Extract<Failure, { reason: 'check-failed' }> {
  const check = sampleCheck({ state: 'failed', exitCode: 1, excerpt });
  return { reason: 'check-failed', message: 'npm test failed', check };
}

function recorded(failure: Failure, state: RunState = started): Failure {
  const event = diagnosedEvent({ type: 'task-failed', task: 1, failure }, state);
  expect(isEventShaped(JSON.parse(JSON.stringify(event)))).toBe(true);
  return event.type === 'task-failed' ? event.failure : failure;
}

/** The events as they are written: each with what it was when it happened. */
function written(events: readonly JournalEvent[]): JournalEvent[] {
  let state: RunState | null = null;
  return events.map((event) => {
    const { seq, at, run } = event;
    const told: RunEvent = state === null ? event : diagnosedEvent(event, state);
    const stored: JournalEvent = { ...told, seq, at, run };
    state = state === null ? foldRun([stored]) : advanceRun(state, stored);
    return stored;
  });
}

const failures: readonly Failure[] = [
  failedCheck("Error: Cannot find module './models/cart.js' imported from /ws/1/src/api.js"),
  failedCheck('not ok 1 - adds\n  ---\n  error: |-\n    1 !== 2\n'),
  { ...failedCheck('12 passed'), message: 'npm test timed out' },
  { reason: 'setup-failed', message: 'The setup command npm ci failed: see log', log: '/l' },
  { reason: 'agent-failed', message: 'It exited with code 1: ENOSPC: no space left on device' },
  { reason: 'provider-limited', message: 'Come again at five' },
  { reason: 'no-commits', message: 'The agent ended without a commit' },
  { reason: 'conflicted', message: 'Both change a.js', files: ['a.js'] },
];

test.each(failures)('an event with and one without a diagnosis fold to the same: %o', (failure) => {
  const setup = sampleCheck({
    name: 'setup',
    state: 'failed',
    excerpt: 'getaddrinfo ENOTFOUND npm',
  });
  const ended = { type: 'setup-ended', task: 1, result: setup } as const;
  const tasks: SampleTask[] = [{ outcome: 'running' }];
  const old = eventsAfter(sampleEvents({ tasks, ended: null }), [
    [1, ended],
    [2, { type: 'task-failed', task: 1, failure }],
  ]);
  const now = written(old);
  expect(now.map(({ type }) => type)).toEqual(old.map(({ type }) => type));
  const [before, after] = [foldRun(old)!, foldRun(now)!];
  expect(before.tasks[0]?.failure).not.toHaveProperty('diagnosis');
  expect(after.tasks[0]?.failure).toMatchObject({ ...failure, diagnosis: expect.anything() });
  expect(evidenceOfTask(after, after.tasks[0]!)).toEqual(evidenceOfTask(before, before.tasks[0]!));
});

test('what is stored is not read again, whatever the output says to this version', () => {
  const first = recorded(failedCheck('✖ adds'));
  const diagnosis = {
    ...({ type: 'BUILD_ERROR', kind: 'compile-error', missing: null } as const),
    ...{ line: 'as an older version read it', fingerprint: 'check-failed/older-0000' },
  };
  const tasks: SampleTask[] = [
    { outcome: 'failed', failure: { ...first, diagnosis } },
    { outcome: 'failed', failure: { ...failedCheck('✖ something else'), diagnosis } },
    { outcome: 'failed', failure: first },
  ];
  const state = foldRun(sampleEvents({ tasks }))!;
  expect(evidenceOfTask(state, state.tasks[0]!)).toMatchObject(diagnosis);
  expect(failureLine(state.tasks[0]!.failure!)).toBe('BUILD_ERROR: npm test failed');
  expect(alikeFailures(state, 1)).toEqual({ tasks: [1, 2], line: diagnosis.line });
  expect(alikeFailures(state, 3)).toBeNull();
});

test('a failed check is read once: its failure takes what was recorded of it', () => {
  const clue = { kind: 'port-in-use', line: 'as it was read', subject: '', missing: null } as const;
  const failure = failedCheck('✖ adds');
  const check = { ...failure.check, clue };
  expect(recorded({ ...failure, check }).diagnosis).toMatchObject({
    ...{ kind: 'port-in-use', line: 'as it was read', type: 'TEST_FAILURE' },
    fingerprint: expect.stringMatching(/^check-failed\/port-in-use-/u),
  });
});

test('only what did not pass has a clue', () => {
  const red = sampleCheck({ state: 'failed', excerpt: 'bash: line 1: jest: command not found' });
  const event = { type: 'base-checked', checks: [sampleCheck(), red], artefacts: [] } as const;
  const stored = diagnosedEvent(event, started);
  expect(stored).toEqual({
    ...event,
    checks: [sampleCheck(), { ...red, clue: expect.anything() }],
  });
  const passed = { type: 'check-ended', task: 1, attempt: 1, result: sampleCheck() } as const;
  expect(diagnosedEvent(passed, started)).toEqual(passed);
});

test('what keeps a base from being worked on stays what it was', () => {
  const clue = {
    kind: 'command-not-found',
    line: 'jest?',
    subject: 'jest',
    missing: null,
  } as const;
  const red = sampleCheck({ state: 'failed', exitCode: 1, excerpt: '✖ adds', clue });
  const troubles = baseTroubles({ ...started, baseChecks: [red] });
  expect(troubles).toMatchObject([{ kind: 'setup-failed', message: /jest is not installed/u }]);
});

test('a failure whose words were extended is read by the words that are recorded', () => {
  const said: Failure = { reason: 'agent-failed', message: 'exit code 1: ENOSPC' };
  const extended = { ...recorded(said), message: 'exit code 1: I gave up' };
  expect(recorded(extended).diagnosis).toMatchObject({ kind: 'other', line: extended.message });
});

test('a diagnosis holds little of a long log, and nothing of a long message', () => {
  const long = 'x'.repeat(1e5);
  for (const excerpt of [
    long,
    `Cannot find module './${long}' imported from ${long}`,
    `sh: ${long}: not found`,
  ])
    expect(JSON.stringify(recorded(failedCheck(excerpt)).diagnosis).length).toBeLessThan(3_000);
  expect(recorded({ reason: 'no-commits', message: long }).diagnosis).toMatchObject({
    ...{ line: null, kind: 'other' },
  });
});

test('a stored diagnosis of another shape is no event of ours', () => {
  const failure = recorded(failedCheck('✖ adds'));
  const event = (diagnosis: unknown): unknown => ({
    ...{ type: 'task-failed', task: 1 },
    failure: { ...failure, diagnosis },
  });
  expect(isEventShaped(event(undefined))).toBe(true);
  expect(isEventShaped(event({ ...failure.diagnosis, kind: 'of-a-later-version', more: 1 }))).toBe(
    true,
  );
  expect([null, {}, { ...failure.diagnosis, line: 3 }].map(event).map(isEventShaped)).toEqual([
    ...[false, false, false],
  ]);
});

test('other events stay as they are', () => {
  const event: RunEvent = { type: 'task-completed', task: 1 };
  expect(diagnosedEvent(event, started)).toBe(event);
});
