import { describe, expect, test } from 'vitest';
import { sampleCheck, sampleEvents } from '../../../test/rig/sample-run.ts';
import type { AttemptResult, AttemptWhy } from '../../model/event/attempt-event.ts';
import type { RunEvent } from '../../model/event/event.ts';
import type { Failure } from '../../model/failure/failure.ts';
import { advanceRun } from '../../model/state/fold-run.ts';
import type { RunState } from '../../model/state/run-state.ts';
import type { TaskState } from '../../model/state/task-state.ts';
import type { StepPolicy } from '../../services/execution-settings.ts';
import { nextStep } from './next-step.ts';

const policy: StepPolicy = { hasSetup: false, checkFixes: 2, automaticRetries: 1 };
const begun = sampleEvents({ tasks: [{ outcome: 'queued' }], ended: null });

/** The state of a task after these events of its own. */
function after(...events: readonly RunEvent[]): TaskState {
  let state: RunState | null = null;
  for (const event of begun) state = advanceRun(state, event);
  for (const [index, event] of events.entries())
    state = advanceRun(state, {
      ...event,
      seq: 100 + index,
      at: '2026-03-02T13:00:00.000Z',
      run: 'run',
    });
  const task = state?.tasks[0];
  if (task === undefined) throw new Error('The run has no task');
  return task;
}

const ready: RunEvent[] = [
  { type: 'workspace-intended', task: 1, path: '/w', branch: 'feat/issue-2-x', baseSha: 'b' },
  { type: 'workspace-done', task: 1 },
];

function intended(attempt: number, why: AttemptWhy = 'first'): RunEvent {
  return {
    type: 'attempt-intended',
    task: 1,
    attempt,
    agent: 'claude',
    why,
    directory: `/a/${attempt}`,
    resumes: null,
  };
}

function ended(
  attempt: number,
  failure: Failure | null = null,
  result: AttemptResult = { kind: 'exited', code: 0 },
): RunEvent {
  return { type: 'attempt-ended', task: 1, attempt, result, claim: '', failure };
}

function committed(attempt: number, head: string): RunEvent {
  return { type: 'work-committed', task: 1, attempt, head, commits: [], files: [], leftovers: [] };
}

const red = sampleCheck({ state: 'failed', exitCode: 1 });
const checked = (attempt: number): RunEvent => ({
  type: 'check-ended',
  task: 1,
  attempt,
  result: red,
});
const limited: Failure = { reason: 'provider-limited', message: '429' };
const broken: Failure = { reason: 'agent-failed', message: 'It exited with code 1' };
const kindAfter = (...events: readonly RunEvent[]): string =>
  nextStep(after(...events), policy).kind;

describe('the next step of a task', () => {
  test('follows the way from nothing to a pull request', () => {
    expect(kindAfter()).toBe('prepare');
    expect(kindAfter(...ready.slice(0, 1))).toBe('prepare');
    expect(nextStep(after(...ready), policy)).toEqual({ kind: 'attempt', why: 'first' });
    expect(kindAfter(...ready, intended(1))).toBe('adopt');
    expect(kindAfter(...ready, intended(1), ended(1))).toBe('verify');
    expect(
      kindAfter(...ready, intended(1), ended(1), {
        type: 'task-verified',
        task: 1,
        head: 'h',
        notes: [],
      }),
    ).toBe('publish');
    expect(kindAfter(...ready, { type: 'task-completed', task: 1 })).toBe('over');
  });

  test('sets a workspace up once, and fails when that failed', () => {
    const withSetup = { ...policy, hasSetup: true };
    expect(nextStep(after(...ready), withSetup).kind).toBe('set-up');
    const done = after(...ready, { type: 'setup-ended', task: 1, result: sampleCheck() });
    expect(nextStep(done, withSetup).kind).toBe('attempt');
    const failed = nextStep(
      after(...ready, { type: 'setup-ended', task: 1, result: red }),
      withSetup,
    );
    expect(failed).toMatchObject({ kind: 'fail', failure: { reason: 'setup-failed' } });
  });

  test('gives a red check back twice, then fails with it', () => {
    const once = [...ready, intended(1), ended(1), committed(1, 'h1'), checked(1)];
    expect(nextStep(after(...once), policy)).toEqual({ kind: 'attempt', why: 'fix-checks' });
    const twice = [...once, intended(2, 'fix-checks'), ended(2), committed(2, 'h2'), checked(2)];
    expect(nextStep(after(...twice), policy)).toEqual({ kind: 'attempt', why: 'fix-checks' });
    const thrice = [...twice, intended(3, 'fix-checks'), ended(3), committed(3, 'h3'), checked(3)];
    expect(nextStep(after(...thrice), policy)).toMatchObject({
      kind: 'fail',
      failure: { reason: 'check-failed', message: 'npm test failed (exit code 1) after 2 fixes' },
    });
  });

  test('gives work out of scope back once, whatever cut that short, then fails with the files', () => {
    const exceeded = (attempt: number): RunEvent => ({
      ...{ type: 'scope-exceeded', task: 1, attempt, message: 'It touches a.js' },
      files: [{ path: 'a.js', declaredBy: 2 }],
    });
    const once = [...ready, intended(1), ended(1), committed(1, 'h1'), exceeded(1)];
    expect(nextStep(after(...once), policy)).toEqual({ kind: 'attempt', why: 'fix-scope' });
    const cut = [
      ...once,
      intended(2, 'fix-scope'),
      ended(2, null, { kind: 'stopped', why: 'interrupted' }),
    ];
    expect(nextStep(after(...cut), policy)).toEqual({ kind: 'attempt', why: 'fix-scope' });
    expect(after(...cut).overreach).not.toBeNull();
    const again = [...cut, intended(3, 'fix-scope'), ended(3)];
    expect(kindAfter(...again)).toBe('verify');
    expect(after(...again, committed(3, 'h3')).overreach).toBeNull();
    expect(nextStep(after(...again, committed(3, 'h3'), exceeded(3)), policy)).toMatchObject({
      kind: 'fail',
      failure: { reason: 'out-of-scope', files: ['a.js'] },
    });
    const gaveUp = [...once, intended(2, 'fix-scope'), ended(2, broken)];
    expect(nextStep(after(...gaveUp), policy)).toMatchObject({
      kind: 'fail',
      failure: { reason: 'out-of-scope' },
    });
  });

  test('stops giving a red check back when the agent changes nothing more, or gives up', () => {
    const once = [
      ...ready,
      intended(1),
      ended(1),
      committed(1, 'h1'),
      checked(1),
      intended(2, 'fix-checks'),
    ];
    const stuck = after(...once, ended(2), committed(2, 'h1'), checked(2));
    expect(nextStep(stuck, policy)).toMatchObject({
      kind: 'fail',
      failure: { reason: 'check-failed' },
    });
    expect(nextStep(after(...once, ended(2, broken)), policy)).toMatchObject({
      kind: 'fail',
      failure: { reason: 'check-failed', check: red },
    });
  });

  test('goes on after an interruption with the same errand', () => {
    const stopped: AttemptResult = { kind: 'stopped', why: 'interrupted' };
    const first = after(...ready, intended(1), ended(1, null, stopped));
    expect(first.status).toBe('queued');
    expect(nextStep(first, policy)).toEqual({ kind: 'attempt', why: 'first' });
    const once = [...ready, intended(1), ended(1), committed(1, 'h1'), checked(1)];
    const fixing = after(...once, intended(2, 'fix-checks'), ended(2, null, stopped));
    expect(nextStep(fixing, policy)).toEqual({ kind: 'attempt', why: 'fix-checks' });
  });

  test('does not count an attempt that never began', () => {
    const unbegun = after(
      ...ready,
      intended(1),
      ended(1, null, { kind: 'not-started', message: 'the orchestrator died' }),
    );
    expect(nextStep(unbegun, policy)).toEqual({ kind: 'attempt', why: 'first' });
  });

  test('tries again after a limit of the provider, but not for ever', () => {
    const events = [...ready];
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      expect(nextStep(after(...events), policy).kind).toBe('attempt');
      events.push(intended(attempt, attempt === 1 ? 'first' : 'retry'), ended(attempt, limited));
    }
    expect(nextStep(after(...events), policy)).toEqual({ kind: 'fail', failure: limited });
  });

  test('retries once by itself what was not the task’s own fault', () => {
    const lost = [...ready, intended(1), ended(1, broken, { kind: 'lost' })];
    expect(kindAfter(...lost)).toBe('retry');
    const again: RunEvent[] = [
      ...lost,
      { type: 'task-retried', task: 1, why: 'automatic', isFresh: false },
    ];
    expect(nextStep(after(...again), policy)).toEqual({ kind: 'attempt', why: 'retry' });
    expect(kindAfter(...again, intended(2, 'retry'), ended(2, broken, { kind: 'lost' }))).toBe(
      'fail',
    );
    expect(kindAfter(...ready, intended(1), ended(1, broken))).toBe('fail');
  });

  test('cancels when asked to, but first knows the end of what runs', () => {
    const asked: RunEvent = { type: 'cancel-requested', tasks: [1] };
    expect(kindAfter(asked)).toBe('cancel');
    expect(kindAfter(...ready, intended(1), asked)).toBe('adopt');
    const stopped: AttemptResult = { kind: 'stopped', why: 'cancelled' };
    expect(kindAfter(...ready, intended(1), asked, ended(1, null, stopped))).toBe('cancel');
    expect(kindAfter(...ready, { type: 'task-completed', task: 1 }, asked)).toBe('over');
  });
});

describe('the next step of a task that an earlier run had published', () => {
  const found = (isTextChanged = false): RunEvent => ({
    type: 'work-found',
    task: 1,
    issue: { number: 2, url: 'https://example.invalid/2' },
    work: { kind: 'open', branch: 'feat/issue-2-x', head: 'a', pullRequest: null, isTextChanged },
  });
  const opened: RunEvent[] = [found(), ...ready];
  const failed = (failure: Failure): RunEvent[] => [
    { type: 'task-failed', task: 1, failure },
    { type: 'task-retried', task: 1, why: 'asked', isFresh: false },
  ];

  test('is its checks, and an agent only when they are red', () => {
    expect(kindAfter(found())).toBe('prepare');
    expect(kindAfter(...opened)).toBe('verify');
    expect(kindAfter(...opened, committed(0, 'a'))).toBe('verify');
    const isRed = after(...opened, committed(0, 'a'), checked(0));
    expect(nextStep(isRed, policy)).toEqual({ kind: 'attempt', why: 'fix-checks' });
    expect(nextStep(isRed, { ...policy, checkFixes: 0 })).toMatchObject({ kind: 'fail' });
    const changed = after(found(true), ...ready);
    expect(nextStep(changed, policy)).toEqual({ kind: 'attempt', why: 'first' });
  });

  test('is to give up when its first fix changes nothing', () => {
    const fixed = [...opened, committed(0, 'a'), checked(0), intended(1, 'fix-checks'), ended(1)];
    expect(nextStep(after(...fixed, committed(1, 'a'), checked(1)), policy)).toMatchObject({
      kind: 'fail',
      failure: { reason: 'check-failed' },
    });
    expect(kindAfter(...fixed, committed(1, 'b'), checked(1))).toBe('attempt');
  });

  test('is to check again when what failed was not its work, and an agent when it was', () => {
    const setup: Failure = { reason: 'setup-failed', message: 'no network', log: '/l' };
    expect(kindAfter(...opened, ...failed(setup))).toBe('verify');
    expect(
      nextStep(after(...opened, ...failed({ reason: 'invalid', message: 'a key' })), policy),
    ).toEqual({ kind: 'attempt', why: 'retry' });
  });

  test('is a failure when people turned it down; a retry asks the forge again', () => {
    const issue = { number: 2, url: 'https://example.invalid/2' };
    const work = { kind: 'refused', message: 'closed' } as const;
    const refused: RunEvent = { type: 'work-found', task: 1, issue, work };
    expect(nextStep(after(refused), policy)).toEqual({
      kind: 'fail',
      failure: { reason: 'turned-down', message: 'closed' },
    });
    const again = after(refused, ...failed({ reason: 'turned-down', message: 'closed' }));
    expect(again).toMatchObject({ found: null, issueNumber: null, status: 'queued' });
  });
});

describe('a task on a branch that will not come', () => {
  const failed = after({
    type: 'task-failed',
    task: 1,
    failure: { reason: 'invalid', message: 'no' },
  });
  const lost = { ...failed, ordinal: 7 };
  const waiting = { ...lost, status: 'queued' } as const;

  test('starts from what lies below it, or from the base, when it does not need it', () => {
    const around = { below: lost, holder: null, ground: null };
    const onTask = { ...around, isBelowNeeded: false, underBelow: 3 };
    expect(nextStep(after(), policy, onTask)).toEqual({ kind: 'restack', without: 7, on: 3 });
    expect(nextStep(after(), policy, around)).toEqual({ kind: 'restack', without: 7, on: null });
    const blocked = { ...around, below: { ...lost, status: 'blocked' as const } };
    expect(nextStep(after(), policy, blocked).kind).toBe('restack');
  });

  test('is blocked by what it needs, and by what may still come', () => {
    const around = { holder: null, ground: null, underBelow: 3 };
    const needed = { ...around, below: lost, isBelowNeeded: true };
    expect(nextStep(after(), policy, needed)).toEqual({ kind: 'block', by: 7 });
    expect(nextStep(after(), policy, { ...around, below: waiting })).toEqual({
      ...{ kind: 'block', by: 7 },
    });
  });
});

describe('a person in the session', () => {
  const attacher = { pid: 1, startTime: '1', bootId: '1' };
  const opened: RunEvent = {
    ...{ type: 'session-opened', task: 1, attempt: 1, session: 's-1', model: null },
  };
  const asked: RunEvent = { type: 'attach-requested', task: 1, by: 'tester', attacher };
  const stopped = ended(1, null, { kind: 'stopped', why: 'attached' });
  const begin: RunEvent[] = [...ready, intended(1), opened];
  /** The events before, and the request, are numbered from 100 on. */
  const request = 100 + begin.length;
  const here: RunEvent = { type: 'task-attached', task: 1, request };
  const left: RunEvent = { type: 'task-detached', task: 1, request, why: 'left' };

  test('comes once the agent has ended, and the agent continues when they have left', () => {
    expect(kindAfter(...begin, asked)).toBe('adopt');
    expect(kindAfter(...begin, asked, stopped)).toBe('make-way');
    expect(kindAfter(...begin, asked, stopped, here)).toBe('make-way');
    expect(after(...begin, asked, stopped, here).status).toBe('running');
    const gone = after(...begin, asked, stopped, here, left);
    expect(gone.status).toBe('queued');
    expect(nextStep(gone, policy)).toEqual({ kind: 'attempt', why: 'first' });
  });

  test('comes after work that had ended well, which an agent looks at again before it is checked', () => {
    const worked: RunEvent[] = [...ready, intended(1), opened, ended(1)];
    const own = 100 + worked.length;
    const visit: RunEvent[] = [
      ...[...worked, asked],
      { type: 'task-attached', task: 1, request: own },
      { type: 'task-detached', task: 1, request: own, why: 'lost' },
    ];
    expect(nextStep(after(...visit), policy)).toEqual({ kind: 'attempt', why: 'first' });
    expect(kindAfter(...visit, intended(2), ended(2))).toBe('verify');
  });

  test('is the first who asked, and a late word about another changes nothing', () => {
    const { attached } = after(...begin, asked, { ...asked, by: 'other' });
    expect(attached).toMatchObject({ by: 'tester', request, isHere: false });
    const other: RunEvent = { type: 'task-detached', task: 1, request: 5, why: 'lost' };
    expect(after(...begin, asked, other).attached).not.toBeNull();
    expect(kindAfter(...begin, asked, stopped, { ...left, why: 'withdrawn' })).toBe('attempt');
    expect(after(...begin, asked, stopped, left).visits).toEqual([]);
  });

  test('does not keep verified work from being published, nor a task from being cancelled', () => {
    const verified: RunEvent = { type: 'task-verified', task: 1, head: 'h', notes: [] };
    const worked: RunEvent[] = [...ready, intended(1), opened, ended(1), asked];
    expect(kindAfter(...worked, verified)).toBe('publish');
    const cancelled: RunEvent = { type: 'task-cancelled', task: 1 };
    expect(after(...begin, asked, stopped, here, cancelled).attached).toBeNull();
  });
});
