import { expect, test } from 'vitest';
import { sampleEvents } from '../../../test/rig/sample-run.ts';
import type { JournalEvent, RunEvent } from '../event/event.ts';
import { isCiAwaited, isCiFixDue } from './feedback.ts';
import { foldRun } from './fold-run.ts';
import type { TaskState } from './task-state.ts';

const first = '1'.repeat(40);
const second = '9'.repeat(40);

/** Task 1 of a run, completed, and what came after. */
function taskAfter(...more: readonly RunEvent[]): TaskState {
  const before = sampleEvents({ tasks: [{ outcome: 'completed' }], ended: null });
  const seq = before.at(-1)?.seq ?? 0;
  const later = more.map((event, index): JournalEvent => ({
    ...event,
    seq: seq + index + 1,
    at: '2026-03-02T13:00:00.000Z',
    run: 'orch-local-1-20260302-1200',
  }));
  const task = foldRun([...before, ...later])?.tasks[0];
  if (task === undefined) throw new Error('The sample has no task');
  return task;
}

const seen = (checks: 'failed' | 'pending', head = first): RunEvent => ({
  ...{ type: 'ci-seen', task: 1, head, checks, failed: checks === 'failed' ? ['test'] : [] },
  ...{ pending: checks === 'pending' ? ['test'] : [], isFinal: checks === 'failed', note: '' },
});
const returned = (why: 'ci' | 'address', id = 'a'): RunEvent => ({
  ...{ type: 'task-returned', task: 1, why, head: first },
  remarks: [{ kind: 'review', id, author: 'una', path: null, line: null, body: 'Rename it' }],
});
const attempt: RunEvent = {
  ...{ type: 'attempt-intended', task: 1, attempt: 2, agent: 'claude', why: 'fix-ci' },
  ...{ directory: '/attempts/1-2', resumes: 's-1' },
};
const committed: RunEvent = {
  ...{ type: 'work-committed', task: 1, attempt: 2, head: second },
  ...{ commits: [{ sha: second, subject: 'fix' }], files: [], leftovers: [] },
};

test('checks are awaited from the push on, and a fix is due when they ended red', () => {
  expect(isCiAwaited(taskAfter())).toBe(true);
  expect(isCiAwaited(taskAfter(seen('pending')))).toBe(true);
  const red = taskAfter(seen('failed'));
  expect([isCiAwaited(red), isCiFixDue(red, 1), isCiFixDue(red, 0)]).toEqual([false, true, false]);
  // What was seen of an older head is no news.
  expect(isCiAwaited(taskAfter(seen('failed', second)))).toBe(true);
});

test('a return that fails leaves what is published as it was, and is not tried again', () => {
  const failure = { reason: 'agent-failed', message: 'no' } as const;
  const before = taskAfter(seen('failed'));
  const events = [seen('failed'), returned('ci'), attempt, committed];
  const after = taskAfter(...events, { type: 'task-failed', task: 1, failure });
  expect(after).toMatchObject({
    ...{ status: 'completed', head: first, pushedHead: first, failure: null },
    feedback: { ciFixes: 1, returned: null, failure, ci: { checks: 'failed' } },
  });
  expect(after.commits).toEqual(before.commits);
  expect(isCiFixDue(after, 5)).toBe(false);
  expect(taskAfter(...events, { type: 'task-cancelled', task: 1 }).status).toBe('completed');
});

test('a return that is pushed is answered for good, and its checks are awaited again', () => {
  const after = taskAfter(
    ...[seen('failed'), returned('ci'), returned('address', 'b'), attempt, committed],
    { type: 'push-done', task: 1, head: second },
    { type: 'task-completed', task: 1 },
  );
  expect(after.feedback).toMatchObject({ ciFixes: 0, returned: null, addressed: ['b'] });
  expect(after.feedback.ci).toMatchObject({ head: second, checks: 'none', isFinal: false });
  expect(isCiAwaited(after)).toBe(true);
});

test('a workspace that is made again for a published branch keeps the session of its agent', () => {
  const again = (head?: string): TaskState =>
    taskAfter(returned('ci'), {
      ...{ type: 'workspace-intended', task: 1, path: '/ws/1', branch: 'feat/1', baseSha: first },
      ...(head === undefined ? {} : { head }),
    });
  expect(again(first).workspaceSince).toBe(0);
  expect(again().workspaceSince).toBe(1);
});
