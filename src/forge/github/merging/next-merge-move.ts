import type { FailedCheck, MergeRefusal } from '../../forge.ts';
import type { PullStanding } from '../pulls/pull-standing.ts';

/** What to do next to merge a pull request. */
export type MergeMove =
  | { readonly kind: 'merged'; readonly sha: string }
  | {
      readonly kind: 'refuse';
      readonly why: MergeRefusal;
      readonly message: string;
      readonly failed?: readonly FailedCheck[];
    }
  /** Nothing but waiting helps; `late` says what is missing if it takes too long. */
  | { readonly kind: 'wait'; readonly late: string; readonly mayAutoMerge: boolean }
  | { readonly kind: 'merge' }
  | { readonly kind: 'enqueue' };

export type MoveParams = {
  /** The commits that were checked. */
  readonly head: string;
  readonly base: string;
  /** Names that the base's rules require, from wherever they could be read. */
  readonly requiredChecks: readonly string[];
  /** Whether checks should have begun to report, and have not had the time yet. */
  readonly isExpectingChecks: boolean;
  /** Whether other checks have not had the time to end since one was red. */
  readonly isRedNew: boolean;
  /** Whether it was in the merge queue before: if it is no longer there, it was removed. */
  readonly wasQueued: boolean;
};

/**
 * Decides from what GitHub says now, and from nothing else, so that the process after a kill continues at the same place:
 *
 *   wait for checks ─▶ wait for mergeability ─▶ merge, or enqueue ─▶ wait for the queue ─▶ merged
 *       └───────────────────┴──────────────────────┴──────────────────────┴──▶ refused, with a name
 */
export function nextMergeMove(now: PullStanding, params: MoveParams): MergeMove {
  if (now.state === 'merged') return { kind: 'merged', sha: now.mergedAs ?? now.head };
  if (now.state === 'closed') return refuse('closed', 'it is closed');
  if (now.queue.position !== null)
    return wait(`it is still in the merge queue, at place ${now.queue.position}`);
  if (now.head !== params.head)
    return refuse('head-moved', `${now.branch} is at ${now.head.slice(0, 9)} now`);
  if (params.wasQueued) return refuse('not-allowed', 'the merge queue removed it');
  if (now.base.sha !== params.base)
    return refuse('base-moved', `${now.base.branch} is at ${now.base.sha?.slice(0, 9)} now`);
  return objection(now) ?? redChecks(now, params) ?? openChecks(now, params) ?? whenChecked(now);
}

function refuse(why: MergeRefusal, message: string) {
  return { kind: 'refuse', why, message } as const;
}

function wait(late: string, mayAutoMerge = false): MergeMove {
  return { kind: 'wait', late, mayAutoMerge };
}

function objection({ objectors }: PullStanding): MergeMove | null {
  return objectors.length === 0
    ? null
    : refuse('not-approved', `${objectors.join(', ')} asked for changes`);
}

/** The agent that fixes them needs to know all of them: the others get a while to end. */
function redChecks({ checks }: PullStanding, { isRedNew }: MoveParams): MergeMove | null {
  const failed = checks.filter(({ state }) => state === 'failed');
  if (failed.length === 0) return null;
  const names = failed.map(({ name }) => name).join(', ');
  const message = `${names} ${failed.length === 1 ? 'is' : 'are'} red on it`;
  const areOthersOpen = checks.some(({ state }) => state === 'pending');
  if (areOthersOpen && isRedNew) return wait(message);
  return { ...refuse('check-failed', message), failed };
}

function namesOf(checks: PullStanding['checks'], state: string): readonly string[] {
  return checks.filter((check) => check.state === state).map(({ name }) => name);
}

function openChecks(
  { checks, requiredChecks }: PullStanding,
  params: MoveParams,
): MergeMove | null {
  const required = [...new Set([...requiredChecks, ...params.requiredChecks])];
  const silent = required.filter((name) => !checks.some((check) => check.name === name));
  if (silent.length > 0)
    return wait(`the required check ${silent.join(', ')} has not reported on it`, true);
  const pending = namesOf(checks, 'pending');
  if (pending.length > 0) return wait(`the check ${pending.join(', ')} has not finished`, true);
  return params.isExpectingChecks && checks.length === 0 ? wait('no check has begun') : null;
}

function whenChecked(now: PullStanding): MergeMove {
  if (now.isMergeable === false) return refuse('conflict', 'GitHub finds a conflict in it');
  if (now.isMergeable === null) return wait('GitHub does not know yet whether it merges');
  if (now.reviewDecision === 'REVIEW_REQUIRED')
    return refuse('not-approved', `${now.base.branch} requires an approving review`);
  return now.queue.isUsed ? { kind: 'enqueue' } : { kind: 'merge' };
}
