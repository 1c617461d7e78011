import type {
  ActivitySeen,
  AttemptAdopted,
  AttemptEnded,
  AttemptIntended,
  AttemptStalled,
  ProcessesLeft,
  AttemptStarted,
  Heartbeat,
  SessionOpened,
  StageChanged,
  UsageReported,
} from './attempt-event.ts';
import type { ControlCost, ControlEnded, ControlIntended } from './control-event.ts';
import type {
  ConclusionDone,
  ConclusionIntended,
  ConflictsSeen,
  MergeStepEvent,
  TrainEnded,
  TrainPlanned,
  UnionBegun,
  UnionJudged,
} from './merge-event.ts';
import type {
  AnswerDone,
  AnswerIntended,
  ChecksAwaited,
  CiSeen,
  TaskReturned,
} from './pull-event.ts';
import type {
  BaseChecked,
  BaseSeenOnForge,
  CancelRequested,
  DiagnosisDone,
  DiagnosisIntended,
  DrainRequested,
  FindingRaised,
  ForgeUsed,
  ForgeWaited,
  IssueRead,
  CheckChangesAccepted,
  PhaseBegun,
  Planned,
  RedBaseAccepted,
  RunContinued,
  RunEnded,
  RunPaused,
  RunResumed,
  RunStarted,
} from './run-event.ts';
import type {
  BaseTaken,
  CheckEnded,
  ScopeExceeded,
  PullRequestDone,
  PullRequestIntended,
  PushDone,
  PushIntended,
  SetupEnded,
  SubIssueDone,
  SubIssueIntended,
  TaskBlocked,
  TaskCancelled,
  TaskCompleted,
  TaskFailed,
  TaskHeld,
  TaskMerged,
  TaskRetried,
  TaskStacked,
  TaskVerified,
  WorkCommitted,
  WorkFound,
  WorkspaceDone,
  WorkspaceIntended,
  WorkspaceRemoved,
} from './task-event.ts';

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
  | BaseSeenOnForge
  | RedBaseAccepted
  | DrainRequested
  | CancelRequested
  | RunPaused
  | RunContinued
  | PhaseBegun
  | CheckChangesAccepted
  | DiagnosisIntended
  | DiagnosisDone
  | ForgeWaited
  | ForgeUsed
  | ChecksAwaited
  | RunEnded
  | WorkFound
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
  | ProcessesLeft
  | AttemptAdopted
  | AttemptEnded
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
  | TaskBlocked
  | TaskHeld
  | TaskStacked
  | BaseTaken
  | TaskMerged
  | TaskRetried
  | CiSeen
  | TaskReturned
  | AnswerIntended
  | AnswerDone
  | WorkspaceRemoved
  | ConflictsSeen
  | UnionBegun
  | UnionJudged
  | TrainPlanned
  | TrainEnded
  | MergeStepEvent
  | ConclusionIntended
  | ConclusionDone
  | ControlIntended
  | ControlCost
  | ControlEnded
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

/** A bug of ours, caught at the one boundary: the task or the run stops there, and its record stays. */
export interface Unexpected {
  readonly type: 'unexpected';
  readonly task: number | null;
  readonly message: string;
  readonly stack: string;
}
