import type { SeenConflict } from './conflict.ts';
import type { CheckResult, Failure } from './failure.ts';
import type { IssueDigest } from './issue-digest.ts';
import type { IssueRef } from './issue.ts';
import type { Finding, Plan, StackMode } from './plan.ts';
import type { ProcessIdentity } from './process-identity.ts';
import type { LeaveReason, TrainCar, TrainPolicy } from './train.ts';
import type { UnionVerdict } from './union.ts';

/**
 * Everything that can happen in a run, in the order in which it usually does. The journal holds these and nothing
 * else; whatever people look at is folded from them.
 *
 * An effect outside the journal has two events: `…-intended`, with its key, before; `…-done`, with what was observed,
 * after. An intention without its `done` is an unknown outcome.
 */
export type RunEvent =
  | RunStarted
  | RunResumed
  | IssueRead
  | Planned
  | FindingRaised
  | BaseChecked
  | DrainRequested
  | CancelRequested
  | RunPaused
  | RunContinued
  | DiagnosisIntended
  | DiagnosisDone
  | ForgeWaited
  | ForgeUsed
  | RunEnded
  | SubIssueIntended
  | SubIssueDone
  | WorkspaceIntended
  | WorkspaceDone
  | SetupEnded
  | AttemptIntended
  | AttemptStarted
  | SessionOpened
  | StageChanged
  | ActivitySeen
  | UsageReported
  | Heartbeat
  | AttemptStalled
  | AttemptAdopted
  | AttemptEnded
  | WorkCommitted
  | CheckEnded
  | TaskVerified
  | PushIntended
  | PushDone
  | PullRequestIntended
  | PullRequestDone
  | TaskCompleted
  | TaskFailed
  | TaskCancelled
  | TaskBlocked
  | TaskMerged
  | TaskRetried
  | WorkspaceRemoved
  | ConflictsSeen
  | UnionJudged
  | TrainPlanned
  | TrainEnded
  | HeadSeen
  | UpdateIntended
  | UpdateDone
  | UpdateChecked
  | MergeIntended
  | MergeDone
  | MergeLeft
  | Unexpected;

/** An event as the journal keeps it. */
export type JournalEvent = RunEvent & {
  /** Its place in the journal; grows by at least one from event to event. */
  readonly seq: number;
  /** ISO 8601 in UTC, with milliseconds. */
  readonly at: string;
  /** For example `orch-local-1-20251201-1200`. */
  readonly run: string;
};

/** The parts of a run's options that outlive the command line that gave them. */
export type RunSettings = {
  readonly agent: string;
  readonly model: string | null;
  readonly maxWorkers: number;
  readonly timeoutSeconds: number;
  readonly stallSeconds: number;
  readonly checkTimeoutSeconds: number;
  readonly successThresholdPercent: number;
  readonly isOutOfScopeAllowed: boolean;
  readonly given: GivenFlags;
};

/**
 * What the command line itself gave, so that the run can be started again in the same way: what comes from the
 * environment or the configuration is there the next time, too. Null or empty: not given.
 */
export type GivenFlags = {
  readonly agent: string | null;
  readonly model: string | null;
  readonly maxWorkers: number | null;
  readonly timeoutSeconds: number | null;
  readonly stallSeconds: number | null;
  readonly checkTimeoutSeconds: number | null;
  readonly setup: string | null;
  readonly checks: readonly string[];
  readonly base: string | null;
  readonly sandbox: 'auto' | 'on' | 'off' | null;
  /** Names of variables, never their values. */
  readonly variables: readonly string[];
  readonly maxCostUsd: number | null;
  readonly maxTurns: number | null;
  readonly successThresholdPercent: number | null;
  readonly isOutOfScopeAllowed: boolean;
  readonly batchSize: number | null;
  /** Ordinals; empty: not divided by hand. */
  readonly batches: readonly (readonly number[])[];
  readonly stack: StackMode | null;
  /** Whether pull requests open as drafts; absent in journals from before there was such a flag. */
  readonly isDraft?: boolean;
};

/** An orchestrator begins a run that did not exist before. */
export interface RunStarted {
  readonly type: 'run-started';
  readonly issue: IssueRef;
  readonly title: string;
  /** What the user gave: a path, a number, a URL. */
  readonly source: string;
  readonly base: { readonly branch: string; readonly sha: string };
  readonly settings: RunSettings;
  /** The tasks that it was told to work on; null: all. */
  readonly only: readonly number[] | null;
  readonly orchestrator: ProcessIdentity;
}

/** Another orchestrator takes up a run that exists. */
export interface RunResumed {
  readonly type: 'run-resumed';
  readonly base: { readonly branch: string; readonly sha: string };
  readonly settings: RunSettings;
  /** The tasks that it was told to work on; null: all. */
  readonly only: readonly number[] | null;
  readonly orchestrator: ProcessIdentity;
}

/** The issue was read for the plan that follows, or for the one that still holds: the words that are carried out. */
export interface IssueRead {
  readonly type: 'issue-read';
  readonly digest: IssueDigest;
}

/** The plan that the run carries out from here on. */
export interface Planned {
  readonly type: 'planned';
  readonly plan: Plan;
}

/** Something was found while the run goes on, such as a red base. */
export interface FindingRaised {
  readonly type: 'finding-raised';
  readonly finding: Finding;
}

/** The checks ran on the base itself, with no agent's work in it. */
export interface BaseChecked {
  readonly type: 'base-checked';
  readonly checks: readonly CheckResult[];
  /** Paths that setup and checks left behind there: never an agent's work. A trailing `/` means a whole directory. */
  readonly artefacts: readonly string[];
}

/** The user asked for an end: nothing new starts; with `now`, what runs is ended too. */
export interface DrainRequested {
  readonly type: 'drain-requested';
  readonly how: 'drain' | 'now';
}

/** Somebody asked for an end of some tasks, or of all: it may be written by another process than the orchestrator. */
export interface CancelRequested {
  readonly type: 'cancel-requested';
  /** Null: all of them. */
  readonly tasks: readonly number[] | null;
}

/** Why a run starts nothing new for a while. */
export type PauseReason =
  | 'provider-limited'
  | 'unauthenticated'
  | 'environment'
  | 'budget'
  | 'resources';

/** Nothing new starts until the time named, or (without one) in this run of the orchestrator at all. */
export interface RunPaused {
  readonly type: 'run-paused';
  readonly reason: PauseReason;
  readonly message: string;
  /** ISO 8601. */
  readonly until: string | null;
}

/** The issue that tells why tasks failed is about to be made or brought up to date. */
export interface DiagnosisIntended {
  readonly type: 'diagnosis-intended';
  readonly key: string;
}

export interface DiagnosisDone {
  readonly type: 'diagnosis-done';
  readonly number: number;
  readonly url: string;
}

/** The forge cannot be reached or asks to wait: agents work on, and what is to be published waits. */
export interface ForgeWaited {
  readonly type: 'forge-waited';
  readonly message: string;
  /** When it is tried again; ISO 8601. */
  readonly until: string;
}

/** What the orchestrator has asked of the forge so far. */
export interface ForgeUsed {
  readonly type: 'forge-used';
  /** Calls by kind, such as `POST /repos/{owner}/{repo}/issues`. */
  readonly calls: Readonly<Record<string, number>>;
  /** Those that count against the forge's quota. */
  readonly counted: number;
  /** What the forge says is left of it; null when it has not said. */
  readonly remaining: number | null;
}

export interface RunContinued {
  readonly type: 'run-continued';
}

/** The orchestrator's work on the run is over, for now or for good. */
export interface RunEnded {
  readonly type: 'run-ended';
  /** `awaiting-merge`: the next phase starts from the merged base of this one. */
  readonly how: 'finished' | 'interrupted' | 'cancelled' | 'timed-out' | 'awaiting-merge';
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
  /** The absolute path of the worktree. */
  readonly path: string;
  readonly branch: string;
  /** The commit that work starts from. */
  readonly baseSha: string;
}

/** The worktree is there, its files are checked out and the configured ignored files are copied. */
export interface WorkspaceDone {
  readonly type: 'workspace-done';
  readonly task: number;
}

export interface SetupEnded {
  readonly type: 'setup-ended';
  readonly task: number;
  readonly result: CheckResult;
}

/** An agent is about to be started. From here on it may have cost something. */
export interface AttemptIntended {
  readonly type: 'attempt-intended';
  readonly task: number;
  /** Counts a task's attempts; the first is 1. */
  readonly attempt: number;
  readonly agent: string;
  readonly why: 'first' | 'fix-checks' | 'retry';
  /** The directory that holds its claim, prompt, output and result. */
  readonly directory: string;
  /** The session that it goes on with. */
  readonly resumes: string | null;
}

/** Its keeper holds the claim. */
export interface AttemptStarted {
  readonly type: 'attempt-started';
  readonly task: number;
  readonly attempt: number;
  readonly keeper: ProcessIdentity;
}

/** The agent named its session, so that it can be resumed. */
export interface SessionOpened {
  readonly type: 'session-opened';
  readonly task: number;
  readonly attempt: number;
  readonly session: string;
  readonly model: string | null;
}

/** What a task is busy with, in the guide's words. */
export type Stage =
  | 'initializing'
  | 'analyzing'
  | 'planning'
  | 'implementation'
  | 'testing'
  | 'fixing'
  | 'documenting'
  | 'creating_pr';

export interface StageChanged {
  readonly type: 'stage-changed';
  readonly task: number;
  readonly stage: Stage;
  /** What it was judged from: `edited src/cart.js`, `ran npm test`, `first output`. */
  readonly evidence: string;
}

/** What an agent does, in one line. At most one every few seconds for a task: the full stream is in its output file. */
export interface ActivitySeen {
  readonly type: 'activity-seen';
  readonly task: number;
  readonly attempt: number;
  /** At most 200 characters. */
  readonly summary: string;
}

/** What the attempt has used so far. */
export interface UsageReported {
  readonly type: 'usage-reported';
  readonly task: number;
  readonly attempt: number;
  /** This attempt's own share, in US dollars: what a resumed session had cost before is taken off. Null when the agent does not tell. */
  readonly costUsd: number | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
}

/** Our own look at a running attempt, every status interval: what was seen since the last one. */
export interface Heartbeat {
  readonly type: 'heartbeat';
  readonly task: number;
  readonly attempt: number;
  readonly outputBytes: number;
  /** Seconds of CPU time that the attempt's processes have used in all; null where it cannot be told. */
  readonly cpuSeconds: number | null;
  /** Seconds since the last sign of life. */
  readonly silentSeconds: number;
}

/** No sign of life for the stall time: the attempt is looked at, and ended after as long again. */
export interface AttemptStalled {
  readonly type: 'attempt-stalled';
  readonly task: number;
  readonly attempt: number;
  readonly silentSeconds: number;
  /** What a closer look showed: its processes, its CPU time, its newest file change. */
  readonly seen: string;
}

/** An orchestrator took over an attempt that an earlier one had started: no agent was started for it. */
export interface AttemptAdopted {
  readonly type: 'attempt-adopted';
  readonly task: number;
  readonly attempt: number;
  /** What was found: its agent at work, its result, its keeper dead, or nobody who had claimed it. */
  readonly found: 'alive' | 'ended' | 'dead' | 'unclaimed';
}

/** How an agent's process ended: what was seen, not what the agent says. */
export type AttemptResult =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: number }
  | { readonly kind: 'not-started'; readonly message: string }
  | {
      readonly kind: 'stopped';
      readonly why: 'timed-out' | 'interrupted' | 'cancelled' | 'stalled';
    }
  /** Its keeper died without a result. */
  | { readonly kind: 'lost' };

export interface AttemptEnded {
  readonly type: 'attempt-ended';
  readonly task: number;
  readonly attempt: number;
  readonly result: AttemptResult;
  /** What its agent says of itself; at most 2,000 characters. A claim, never evidence. */
  readonly claim: string;
  /** What is wrong by the agent's own account and the process result; null when only verification can tell. */
  readonly failure: Failure | null;
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

/** Everything between "the agent says so" and "it is so" has held for this head. */
export interface TaskVerified {
  readonly type: 'task-verified';
  readonly task: number;
  readonly head: string;
  /** What a reviewer should know: changed check commands, deleted or skipped tests, files that nobody declared. */
  readonly notes: readonly string[];
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

/** A task whose branch was to start from that of another one, which did not succeed. */
export interface TaskBlocked {
  readonly type: 'task-blocked';
  readonly task: number;
  readonly by: number;
}

/** The base was seen to hold a task's work, whoever merged it. */
export interface TaskMerged {
  readonly type: 'task-merged';
  readonly task: number;
  /** The base's commit that it was seen in. */
  readonly base: string;
}

/** A task that had failed is to be worked on again. */
export interface TaskRetried {
  readonly type: 'task-retried';
  readonly task: number;
  readonly why: 'asked' | 'automatic';
  /** Whether it starts from the base again, in a workspace of its own. */
  readonly isFresh: boolean;
}

/** The worktree is gone; its tree is reachable from `safeIn`. */
export interface WorkspaceRemoved {
  readonly type: 'workspace-removed';
  readonly task: number;
  readonly safeIn: string;
}

/** The radar saw conflicts between work that is still under way, or that some are gone. */
export interface ConflictsSeen {
  readonly type: 'conflicts-seen';
  /** Those that are new, or are in more files than before. */
  readonly arisen: readonly SeenConflict[];
  readonly settled: readonly { readonly task: number; readonly with: number | 'base' }[];
}

/** All finished branches were merged in a scratch tree, and the checks ran on them together. */
export interface UnionJudged {
  readonly type: 'union-judged';
  readonly verdict: UnionVerdict;
}

/** A merge train begins: these pull requests are merged in this order, as far as they can be. */
export interface TrainPlanned {
  readonly type: 'train-planned';
  readonly method: 'squash' | 'merge' | 'rebase';
  readonly policy: TrainPolicy;
  /** The base that they are merged into. */
  readonly branch: string;
  readonly cars: readonly TrainCar[];
  /** Sets of tasks that the union was found to be red with. */
  readonly culprits: readonly (readonly number[])[];
}

/** Every pull request of the train is merged or left. */
export interface TrainEnded {
  readonly type: 'train-ended';
}

/** The forge has another head for a pull request than the one that we know: somebody pushed to it. */
export interface HeadSeen {
  readonly type: 'head-seen';
  readonly task: number;
  readonly head: string;
}

/** A branch is about to be brought up to the base as it is now. */
export interface UpdateIntended {
  readonly type: 'update-intended';
  readonly task: number;
  /** The base's commit. */
  readonly onto: string;
}

export interface UpdateDone {
  readonly type: 'update-done';
  readonly task: number;
  readonly onto: string;
  /** The branch's new head; the old one when it held the base already. */
  readonly head: string;
  /** Files that conflicted and were made by a rule: lock files, say. */
  readonly byRule: readonly string[];
}

/** The checks ran on a branch with the base in it. */
export interface UpdateChecked {
  readonly type: 'update-checked';
  readonly task: number;
  readonly head: string;
  readonly checks: readonly CheckResult[];
}

export interface MergeIntended {
  readonly type: 'merge-intended';
  readonly task: number;
  /** The pull request's number. */
  readonly number: number;
  readonly head: string;
  /** The base's commit. */
  readonly base: string;
}

export interface MergeDone {
  readonly type: 'merge-done';
  readonly task: number;
  /** The commit in the base. */
  readonly sha: string;
  readonly by: 'us' | 'somebody else';
}

/** A pull request is not merged by this train. */
export interface MergeLeft {
  readonly type: 'merge-left';
  readonly task: number;
  readonly reason: LeaveReason;
  readonly message: string;
  /** The tasks that it conflicts with, or needs. */
  readonly with: readonly number[];
  readonly files: readonly string[];
}

/** A bug of ours, caught at the one boundary: the task or the run goes no further, the record of it stays. */
export interface Unexpected {
  readonly type: 'unexpected';
  readonly task: number | null;
  readonly message: string;
  readonly stack: string;
}
