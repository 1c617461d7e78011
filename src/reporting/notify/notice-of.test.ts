import { expect, test } from 'vitest';
import { sampleEvents, samplePlan, type Sample } from '../../../test/rig/sample-run.ts';
import type { JournalEvent, RunEvent } from '../../model/event/event.ts';
import type { Notice } from '../../model/notification/notice.ts';
import { advanceRun } from '../../model/state/fold-run.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { noticeOf } from './notice-of.ts';

/** The notices of a sample run whose journal goes on with these events. */
function noticesAfter(sample: Sample, more: readonly RunEvent[], ciFixes = 0): Notice[] {
  const before = sampleEvents({ ended: null, ...sample });
  const last = before.length;
  const events: JournalEvent[] = [
    ...before,
    ...more.map((event, index) => ({
      ...event,
      ...{ seq: last + index + 1, at: '2026-03-02T13:00:00.000Z', run: 'orch-local-1-x' },
    })),
  ];
  let state: RunState | null = null;
  return events.flatMap((event) => {
    state = advanceRun(state, event);
    const notice = noticeOf(event, state, { ciFixes, ends: 0 });
    return notice === null || event.seq <= last ? [] : [notice];
  });
}

const running = { tasks: [{ outcome: 'completed' }, { outcome: 'running' }] } as const;

const failed = (message: string): RunEvent => ({
  ...{ type: 'task-failed', task: 2 },
  failure: { reason: 'agent-failed', message },
});

const paused = (reason: 'unapproved' | 'provider-limited' | 'budget', until: string | null) =>
  ({ type: 'run-paused', reason, message: 'because', until }) satisfies RunEvent;

test('a task that fails for good says so, and how to see why', () => {
  expect(noticesAfter(running, [failed('it gave up')])).toEqual([
    {
      ...{ key: 'failed/1/task 2', kinds: ['failed'], task: 2, run: 'orch-local-1-x' },
      title: 'local#1: task 2 failed',
      text: 'Build part 2: agent-failed: it gave up',
      ...{ link: null, command: 'flotilla logs local#1 2', issue: 'local#1' },
      at: '2026-03-02T13:00:00.000Z',
    },
  ]);
});

test('a check that is red after all fixes needs a person, too', () => {
  const check = { name: 'test', command: 'npm test', state: 'failed', exitCode: 1 } as const;
  const failure = {
    reason: 'check-failed',
    message: 'npm test failed after 2 fixes',
    check: { ...check, durationMs: 1, log: '/log', excerpt: '' },
  } as const;
  const [notice] = noticesAfter(running, [{ type: 'task-failed', task: 2, failure }]);
  expect(notice?.kinds).toEqual(['needs-person', 'failed']);
});

test.each<[RunEvent, string | null]>([
  [paused('unapproved', '2026-03-02T14:00:00Z'), 'local#1: waiting for reviewers'],
  [paused('budget', null), 'local#1: paused, nothing new starts'],
  [paused('provider-limited', '2026-03-02T14:00:00Z'), null],
])('of pauses, those that need a person are reported: %j', (event, title) => {
  const [notice] = noticesAfter(running, [event]);
  expect(notice?.title ?? null).toBe(title);
});

test('a wait for reviewers is another one when it is for another pull request', () => {
  const wait = paused('unapproved', '2026-03-02T14:00:00Z');
  const done: RunEvent = { type: 'task-completed', task: 2 };
  const [first, again, other] = noticesAfter(running, [wait, wait, done, wait]);
  expect(first?.key).toBe(again?.key);
  expect(first?.key).not.toBe(other?.key);
});

test('a stalled agent is one thing for each attempt', () => {
  const stalled = (attempt: number): RunEvent => ({
    ...{ type: 'attempt-stalled', task: 2, attempt, silentSeconds: 300.2, seen: 'asleep' },
  });
  const notices = noticesAfter(running, [stalled(1), stalled(1), stalled(2)]);
  expect(notices.map(({ key }) => key)).toEqual([
    ...['stalled/1/task 2', 'stalled/1/task 2', 'stalled/2/task 2'],
  ]);
  expect(notices[0]?.text).toContain('no sign of life for 300 seconds. asleep');
});

test('a question of an agent needs a person, and says how to answer', () => {
  const asked: RunEvent = {
    ...{ type: 'question-asked', task: 2, attempt: 1, question: 3, key: '0123456789abcdef' },
    ...{ text: 'Which \u001B[31mcolour?', options: ['red', 'green'] },
  };
  const [notice] = noticesAfter(running, [asked]);
  expect(notice).toMatchObject({ kinds: ['needs-person'], title: 'local#1: task 2 asks' });
  expect(notice?.text).toContain('Which colour? (red / green)');
  expect(notice?.command).toBe('flotilla answer local#1 3');
});

test("red checks of the forge's need a person only when no agent fixes them any more", () => {
  const seen: RunEvent = {
    ...{ type: 'ci-seen', task: 1, head: '1'.repeat(40), checks: 'failed' },
    ...{ failed: ['build'], pending: [], isFinal: true, note: '' },
  };
  expect(noticesAfter(running, [seen], 2)).toEqual([]);
  expect(noticesAfter(running, [{ ...seen, isFinal: false }])).toEqual([]);
  expect(noticesAfter(running, [seen])).toMatchObject([
    { kinds: ['needs-person'], title: 'local#1: the checks of pull request #201 are red' },
  ]);
});

test('a branch that the run may begin again is no news, one that waits for people is', () => {
  const left = (reason: 'refused' | 'closed' | 'not-approved'): RunEvent => ({
    ...{ type: 'merge-left', task: 1, reason, message: 'the forge says no', with: [], files: [] },
  });
  expect(noticesAfter(running, [left('closed'), left('not-approved')])).toEqual([]);
  expect(noticesAfter(running, [left('refused')])).toMatchObject([
    { kinds: ['needs-person'], title: 'local#1: pull request #201 was not merged' },
  ]);
});

test('a merged phase and the end of a run are reported', () => {
  const phases = [1, 2].map((number) => ({ number, title: '', mode: 'parallel' as const }));
  const plan = samplePlan({ phases });
  const base = { branch: 'main', sha: 'c'.repeat(40) };
  const notices = noticesAfter({ tasks: [{ outcome: 'completed' }] }, [
    { type: 'planned', plan },
    { type: 'phase-begun', phase: 2, base },
    { type: 'run-ended', how: 'finished' },
  ]);
  expect(notices).toMatchObject([
    { kinds: ['phase-done'], title: 'local#1: phase 1 of 2 is merged' },
    { kinds: ['run-done'], title: 'local#1: the run is over', command: 'flotilla status local#1' },
  ]);
});

test('a run that ends waiting for people is both over and in need of them', () => {
  const end: RunEvent = { type: 'run-ended', how: 'awaiting-merge' };
  const [notice, again] = noticesAfter(running, [end, end]);
  expect(notice?.kinds).toEqual(['run-done', 'needs-person']);
  expect(again?.key).toBe(notice?.key);
});

test('an issue on GitHub has its page as the link, and a task its pull request', () => {
  const issue = { forge: 'github', owner: 'o', repo: 'r', number: 9 } as const;
  const done = (task: number): RunEvent[] => [
    { type: 'sub-issue-done', task, number: 30, url: 'https://ghe.example/o/r/issues/30' },
    { type: 'pull-request-done', task, number: 31, url: 'https://ghe.example/o/r/pull/31' },
  ];
  const tasks = [{ outcome: 'running' }, { outcome: 'running' }] as const;
  const more = [...done(2), failed('x'), { type: 'run-ended', how: 'finished' } as const];
  expect(noticesAfter({ issue, tasks }, more)).toMatchObject([
    { link: 'https://ghe.example/o/r/pull/31', command: 'flotilla logs o/r#9 2' },
    { link: 'https://ghe.example/o/r/issues/9', issue: 'o/r#9' },
  ]);
});

test('nothing in a title or a message is obeyed, long or secret', () => {
  const title = `Red \u001b[31mtitle\r\nX-Evil: yes\u0007 ${'a'.repeat(600)}`;
  const sample = { title, tasks: [{ title, outcome: 'running' }] } as const;
  const message = `token ghp_${'a'.repeat(36)}`;
  const failure = { reason: 'agent-failed', message } as const;
  const notices = noticesAfter(sample, [
    { type: 'task-failed', task: 1, failure },
    { type: 'run-ended', how: 'finished' },
  ]);
  expect(notices).toHaveLength(2);
  for (const notice of notices) {
    expect(`${notice.title}${notice.text}`).not.toMatch(/\p{Cc}/u);
    expect(Array.from(notice.text).length).toBeLessThanOrEqual(500);
    expect(notice.text).toContain('Red title X-Evil: yes');
  }
  const [short] = noticesAfter({ tasks: [{ title: 'Short', outcome: 'running' }] }, [
    { type: 'task-failed', task: 1, failure },
  ]);
  expect(short?.text).toContain('token [redacted]');
});
