import type { Failure } from '../failure/failure.ts';
import type { CiSeen, TaskReturned } from '../event/pull-event.ts';
import type { TaskState } from './task-state.ts';

/** A new head was pushed: what was seen of another one says nothing about it. */
export function withPushedHead(task: TaskState, head: string, at: string): TaskState {
  const known = task.feedback.ci;
  if (known?.head === head) return task;
  const none = { checks: 'none', failed: [], pending: [], isFinal: false, note: '' } as const;
  return { ...task, feedback: { ...task.feedback, ci: { head, pushedAt: at, ...none } } };
}

/** What was seen of another head than the pushed one is no news. */
export function withCi(task: TaskState, event: CiSeen): TaskState {
  const { ci } = task.feedback;
  if (ci === null || ci.head !== event.head) return task;
  const { checks, failed, pending, isFinal, note } = event;
  const seen = { ...ci, checks, failed, pending, isFinal, note };
  return { ...task, feedback: { ...task.feedback, ci: seen } };
}

/** A new round begins on a branch that is published already. */
export function returnTask(task: TaskState, event: TaskReturned): TaskState {
  const { why, head, remarks } = event;
  const { status, commits, files, leftovers, checks, notes, endedAt, feedback, workspace } = task;
  const published = { status, head: task.head, commits, files, leftovers, checks, notes, endedAt };
  return {
    ...task,
    status: 'queued',
    checks: [],
    isVerified: false,
    isCancelRequested: false,
    failure: null,
    lastFailure: null,
    attemptsBefore: task.attempts.length,
    automaticRetries: 0,
    endedAt: null,
    // Work continues from what is on the forge; a workspace that holds something else is made again.
    workspace:
      workspace === null || head === task.pushedHead
        ? workspace
        : { ...workspace, state: 'removed' },
    feedback: {
      ...feedback,
      returned: { why, head, remarks, isAnswered: false, published },
      ciFixes: why === 'ci' ? feedback.ciFixes + 1 : 0,
      failure: null,
    },
  };
}

/** The return ended with a new head on the pull request. */
export function completeReturn(task: TaskState): TaskState {
  const { feedback } = task;
  if (feedback.returned === null) return task;
  const answered = feedback.returned.remarks.map(({ id }) => id);
  const addressed = [...new Set([...feedback.addressed, ...answered])];
  return { ...task, feedback: { ...feedback, returned: null, addressed } };
}

/** The return came to nothing: the pull request is open as it was before. */
export function abandonReturn(task: TaskState, failure: Failure): TaskState {
  const { feedback } = task;
  if (feedback.returned === null) return task;
  return {
    ...task,
    ...feedback.returned.published,
    isCancelRequested: false,
    isVerified: true,
    failure: null,
    feedback: { ...feedback, returned: null, failure },
  };
}
