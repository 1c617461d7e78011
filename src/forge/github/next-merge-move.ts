import type { MergeRefusal } from '../forge.ts';
import type { PullStanding } from './pull-standing.ts';

/** What is to be done next to merge a pull request. */
export type MergeMove =
  | { readonly kind: 'merged'; readonly sha: string }
  | { readonly kind: 'refuse'; readonly why: MergeRefusal; readonly message: string }
  /** Nothing but waiting helps; `late` says what did not come, should it take too long. */
  | { readonly kind: 'wait'; readonly late: string; readonly mayAutoMerge: boolean }
  | { readonly kind: 'merge' }
  | { readonly kind: 'enqueue' };

export type MoveOrder = {
  /** The commits that were checked. */
  readonly head: string;
  readonly base: string;
  /** Names that the base's rules require, from wherever they could be read. */
  readonly requiredChecks: readonly string[];
  /** Whether checks should have begun to report, and have not had the time yet. */
  readonly isExpectingChecks: boolean;
  /** Whether it was in the merge queue before: then not to be there any more means that it was thrown out. */
  readonly wasQueued: boolean;
};

/**
 * Decides from what GitHub says now, and from nothing else, so that whoever comes after a kill goes on at the same place:
 *
 *   wait for checks ─▶ wait for mergeability ─▶ merge, or enqueue ─▶ wait for the queue ─▶ merged
 *       └───────────────────┴──────────────────────┴──────────────────────┴──▶ refused, with a name
 */
export function nextMergeMove(now: PullStanding, order: MoveOrder): MergeMove {
  if (now.state === 'merged') return { kind: 'merged', sha: now.mergedAs ?? now.head };
  if (now.state === 'closed') return refuse('closed', 'it is closed');
  if (now.queue.position !== null)
    return wait(`it is still in the merge queue, at place ${now.queue.position}`);
  if (now.head !== order.head)
    return refuse('head-moved', `${now.branch} is at ${now.head.slice(0, 9)} now`);
  if (order.wasQueued) return refuse('not-allowed', 'the merge queue threw it out');
  if (now.base.sha !== order.base)
    return refuse('base-moved', `${now.base.branch} is at ${now.base.sha?.slice(0, 9)} now`);
  return objection(now) ?? openChecks(now, order) ?? whenChecked(now);
}

function refuse(why: MergeRefusal, message: string): MergeMove {
  return { kind: 'refuse', why, message };
}

function wait(late: string, mayAutoMerge = false): MergeMove {
  return { kind: 'wait', late, mayAutoMerge };
}

function objection({ objectors, checks }: PullStanding): MergeMove | null {
  if (objectors.length > 0)
    return refuse('not-approved', `${objectors.join(', ')} asked for changes`);
  const red = namesOf(checks, 'failed');
  if (red.length === 0) return null;
  return refuse('check-failed', `${red.join(', ')} ${red.length === 1 ? 'is' : 'are'} red on it`);
}

function namesOf(checks: PullStanding['checks'], state: string): readonly string[] {
  return checks.filter((check) => check.state === state).map(({ name }) => name);
}

function openChecks({ checks, requiredChecks }: PullStanding, order: MoveOrder): MergeMove | null {
  const required = [...new Set([...requiredChecks, ...order.requiredChecks])];
  const silent = required.filter((name) => !checks.some((check) => check.name === name));
  if (silent.length > 0)
    return wait(`the required check ${silent.join(', ')} has not reported on it`, true);
  const pending = namesOf(checks, 'pending');
  if (pending.length > 0) return wait(`the check ${pending.join(', ')} has not ended`, true);
  return order.isExpectingChecks && checks.length === 0 ? wait('no check has begun') : null;
}

function whenChecked(now: PullStanding): MergeMove {
  if (now.isMergeable === false) return refuse('conflict', 'GitHub finds a conflict in it');
  if (now.isMergeable === null) return wait('GitHub has not found out whether it merges');
  if (now.reviewDecision === 'REVIEW_REQUIRED')
    return refuse('not-approved', `${now.base.branch} asks for an approving review`);
  return now.queue.isUsed ? { kind: 'enqueue' } : { kind: 'merge' };
}
