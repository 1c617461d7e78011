import type { TaskState, FeedbackState } from './task-state.ts';

/** Of a task that has no pull request yet. */
export const noFeedback: FeedbackState = {
  ci: null,
  returned: null,
  ciFixes: 0,
  addressed: [],
  failure: null,
};

/** Whether the checks of a task's pull request have not all ended, as far as was seen. */
export function isCiAwaited({ status, pullRequest, feedback }: TaskState): boolean {
  const isOpen = status === 'completed' && pullRequest?.state === 'open';
  return isOpen && feedback.ci !== null && !feedback.ci.isFinal;
}

/** Whether red checks are to send a task's pull request back to its agent. */
export function isCiFixDue(
  task: TaskState,
  mostFixes: number,
  /** Checks that are red on the base, too, which nobody has to fix. */
  redOnBase: readonly string[] = [],
): boolean {
  const { ci, ciFixes, failure } = task.feedback;
  const isOpen = task.status === 'completed' && task.pullRequest?.state === 'open';
  const isBases =
    ci !== null && ci.failed.length > 0 && ci.failed.every((name) => redOnBase.includes(name));
  const isRed = ci !== null && ci.isFinal && ci.checks === 'failed' && !isBases;
  return isOpen && isRed && failure === null && ciFixes < mostFixes;
}

/** Whether a task's pull request is open with red checks that no agent is going to fix. */
export function isCiRed({ status, feedback }: TaskState): boolean {
  return status === 'completed' && feedback.ci?.checks === 'failed' && feedback.ci.isFinal;
}

/** Whether a task's verified work is published and not merged, also while its agent fixes it. */
export function hasOpenPull({ status, feedback }: TaskState): boolean {
  return status === 'completed' || feedback.returned !== null;
}
