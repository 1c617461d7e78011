import type { CheckResult, Failure } from '../failure/failure.ts';
import type { ProcessIdentity } from '../process-identity.ts';
import type { FoundWork } from './found-work.ts';

/** Everything that happens to one task, apart from its attempts. */
export type EventOfTask =
  | WorkFound
  | SubIssueIntended
  | SubIssueDone
  | WorkspaceIntended
  | WorkspaceDone
  | SetupEnded
  | WorkCommitted
  | CheckEnded
  | ScopeExceeded
  | TaskVerified
  | PushIntended
  | PushDone
  | PullRequestIntended
  | PullRequestDone
  | TaskCompleted
  | TaskFailed
  | TaskCancelled
  | SkipRequested
  | TaskSkipped
  | TaskBlocked
  | TaskHeld
  | TaskStacked
  | TaskRestacked
  | BaseTaken
  | TaskMerged
  | TaskRetried
  | TaskTold
  | AttachRequested
  | TaskAttached
  | TaskDetached
  | WorkspaceRemoved;

/**
 * The forge has work on a task that this journal knows nothing of: an earlier run published it, whose state was lost or
 * lies on another machine.
 */
export interface WorkFound {
  readonly type: 'work-found';
  readonly task: number;
  /** Its sub-issue. */
  readonly issue: { readonly number: number; readonly url: string };
  readonly work: FoundWork;
}

export interface SubIssueIntended {
  readonly type: 'sub-issue-intended';
  readonly task: number;
  /** The hidden marker that finds it again. */
  readonly key: string;
}

export interface SubIssueDone {
  readonly type: 'sub-issue-done';
  readonly task: number;
  readonly number: number;
  readonly url: string;
}

export interface WorkspaceIntended {
  readonly type: 'workspace-intended';
  readonly task: number;
  /** The absolute path of the workspace. */
  readonly path: string;
  readonly branch: string;
  /** The commit that work starts from. */
  readonly baseSha: string;
  /** The published commit that it is checked out at, for a branch that came back; left out: the base. */
  readonly head?: string;
}

/** The workspace is there, its files are checked out and the configured ignored files are copied. */
export interface WorkspaceDone {
  readonly type: 'workspace-done';
  readonly task: number;
}

export interface SetupEnded {
  readonly type: 'setup-ended';
  readonly task: number;
  readonly result: CheckResult;
}

/** The head of the task's branch after an attempt, our commit of the agent's leftovers included. */
export interface WorkCommitted {
  readonly type: 'work-committed';
  readonly task: number;
  readonly attempt: number;
  readonly head: string;
  readonly commits: readonly { readonly sha: string; readonly subject: string }[];
  readonly files: readonly ChangedFile[];
  /** Paths that the agent left uncommitted and we committed. */
  readonly leftovers: readonly string[];
}

export type ChangedFile = {
  readonly path: string;
  /** Where a renamed file was before. */
  readonly from?: string;
  readonly change: 'added' | 'modified' | 'deleted' | 'renamed';
  /** Null for binary files. */
  readonly added: number | null;
  readonly removed: number | null;
};

export interface CheckEnded {
  readonly type: 'check-ended';
  readonly task: number;
  readonly attempt: number;
  readonly result: CheckResult;
}

/** Work that changes files which only other tasks declared. */
export type Overreach = {
  /** The attempt whose work it is; 0: what an earlier run had published. */
  readonly attempt: number;
  readonly message: string;
  readonly files: readonly { readonly path: string; readonly declaredBy: number }[];
};

/** Its work is out of scope, and goes back to its agent once. */
export interface ScopeExceeded extends Overreach {
  readonly type: 'scope-exceeded';
  readonly task: number;
}

/** Everything between "the agent says so" and "it is so" has held for this head. */
export interface TaskVerified {
  readonly type: 'task-verified';
  readonly task: number;
  readonly head: string;
  /** What a reviewer should know: changed check commands, deleted or skipped tests, files that nobody declared. */
  readonly notes: readonly string[];
  /** Those of the notes that say how it changes what the checks are; absent in old journals. */
  readonly checkChanges?: readonly string[];
}

export interface PushIntended {
  readonly type: 'push-intended';
  readonly task: number;
  readonly branch: string;
  readonly head: string;
}

export interface PushDone {
  readonly type: 'push-done';
  readonly task: number;
  readonly head: string;
}

export interface PullRequestIntended {
  readonly type: 'pull-request-intended';
  readonly task: number;
  readonly key: string;
}

export interface PullRequestDone {
  readonly type: 'pull-request-done';
  readonly task: number;
  readonly number: number;
  readonly url: string;
}

export interface TaskCompleted {
  readonly type: 'task-completed';
  readonly task: number;
}

export interface TaskFailed {
  readonly type: 'task-failed';
  readonly task: number;
  readonly failure: Failure;
}

export interface TaskCancelled {
  readonly type: 'task-cancelled';
  readonly task: number;
}

/** Somebody asked that the run leaves the task out, from any process. One that has begun by then is not left out. */
export interface SkipRequested {
  readonly type: 'skip-requested';
  readonly task: number;
}

/** The task is left out of the run until somebody chooses it again. */
export interface TaskSkipped {
  readonly type: 'task-skipped';
  readonly task: number;
}

/** A task whose branch was to start from that of another one, which did not succeed. */
export interface TaskBlocked {
  readonly type: 'task-blocked';
  readonly task: number;
  readonly by: number;
}

/** A task's work collides with that of one that began before it: it continues when that one's branch is verified. */
export interface TaskHeld {
  readonly type: 'task-held';
  readonly task: number;
  readonly by: number;
  /** `stack`: it then continues from that branch. */
  readonly how: 'pause' | 'stack';
  /** Where both collide. */
  readonly files: readonly string[];
}

/** A task that was held continues from another's verified branch: it is merged into its own, as far as git could. */
export interface TaskStacked {
  readonly type: 'task-stacked';
  readonly task: number;
  readonly on: number;
  /** The verified commit: what the task's work begins after, from now on. */
  readonly base: string;
  /** Files whose conflict is left to its agent. */
  readonly files: readonly string[];
}

/**
 * A task that was to start from another's branch, only because both may change the same files, does not wait for what did
 * not succeed: it starts from the branch below that one, or from the base.
 */
export interface TaskRestacked {
  readonly type: 'task-restacked';
  readonly task: number;
  /** The task that did not succeed. */
  readonly without: number;
  /** The task whose branch it starts from instead; null: the base. */
  readonly on: number | null;
}

/**
 * Before a task is worked on again, the base as it is now (or the branch that it is stacked on) was merged into its own
 * branch, as far as git could.
 */
export interface BaseTaken {
  readonly type: 'base-taken';
  readonly task: number;
  /** The commit that was merged: what the task's work begins after, from now on. */
  readonly base: string;
  /** Files whose conflict is left to its agent. */
  readonly files: readonly string[];
}

/** The base was seen to hold a task's work, no matter who merged it. */
export interface TaskMerged {
  readonly type: 'task-merged';
  readonly task: number;
  /** The base's commit that it was seen in. */
  readonly base: string;
}

/** A failed task will be worked on again. */
export interface TaskRetried {
  readonly type: 'task-retried';
  readonly task: number;
  /** `again`: its verified branch could not be brought together with the base, so that it begins from there. */
  readonly why: 'asked' | 'automatic' | 'again';
  /** Whether it starts from the base again, in a workspace of its own. */
  readonly isFresh: boolean;
}

/** A person tells a task's agent something: it is ended, and continues with these words. */
export interface TaskTold {
  readonly type: 'task-told';
  readonly task: number;
  readonly text: string;
  /** Who it was, by the name that is known of them where they said it. */
  readonly by: string;
}

/**
 * A person wants to work in a task's session by hand, asked from any process. The first request counts until it is over;
 * an agent at work is ended for it.
 */
export interface AttachRequested {
  readonly type: 'attach-requested';
  readonly task: number;
  /** Who it was, by the name that is known of them where they asked. */
  readonly by: string;
  /** The process in their terminal. */
  readonly attacher: ProcessIdentity;
}

/** Nothing of ours works on the task any more: the person who asked does, and the automation waits. */
export interface TaskAttached {
  readonly type: 'task-attached';
  readonly task: number;
  /** The number of the request's event. */
  readonly request: number;
}

/** The person is gone, and the automation continues. */
export interface TaskDetached {
  readonly type: 'task-detached';
  readonly task: number;
  readonly request: number;
  /** `left`: their program ended. `lost`: the process in their terminal died. `withdrawn`: they did not wait. */
  readonly why: 'left' | 'lost' | 'withdrawn';
}

/** The workspace was removed; its tree is reachable from `safeIn`. */
export interface WorkspaceRemoved {
  readonly type: 'workspace-removed';
  readonly task: number;
  readonly safeIn: string;
}
