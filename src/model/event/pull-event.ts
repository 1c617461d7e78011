import type { PullRemark } from './pull-remark.ts';

/** Everything that comes back from open pull requests, and what is answered there. */
export type EventOfPull = ChecksAwaited | CiSeen | TaskReturned | AnswerIntended | AnswerDone;

/** What the forge's own checks say of a pull request's head. */
export interface CiSeen {
  readonly type: 'ci-seen';
  readonly task: number;
  readonly head: string;
  /** `none`: nothing reports on it. `unknown`: it could not be found out. */
  readonly checks: 'none' | 'pending' | 'passed' | 'failed' | 'unknown';
  /** The names of the red ones. */
  readonly failed: readonly string[];
  /** The names of those that have not ended. */
  readonly pending: readonly string[];
  /** Whether nothing more is awaited for this head. */
  readonly isFinal: boolean;
  /** Why nothing more is awaited, where the checks themselves do not say it; mostly empty. */
  readonly note: string;
}

/** A pull request goes back to its agent. What it is to fix is written down here, so that it is asked for once. */
export interface TaskReturned {
  readonly type: 'task-returned';
  readonly task: number;
  /** `ci`: its checks are red. `address`: somebody asked for it. */
  readonly why: 'ci' | 'address';
  /** The commit that its branch is at on the forge. */
  readonly head: string;
  readonly remarks: readonly PullRemark[];
}

/** An answer to the reviewers is about to be posted: it names the commit. */
export interface AnswerIntended {
  readonly type: 'answer-intended';
  readonly task: number;
  /** The hidden marker that finds the comment again. */
  readonly key: string;
}

export interface AnswerDone {
  readonly type: 'answer-done';
  readonly task: number;
}

/** No task is at work any more, and the run continues for the checks of its pull requests alone. */
export interface ChecksAwaited {
  readonly type: 'checks-awaited';
  /** Their numbers. */
  readonly pulls: readonly number[];
}
