import type { AnswerRefusal } from './answer-refusal.ts';
import type { CheckResult } from '../failure/failure.ts';
import type { IssueDigest } from '../issue/issue-digest.ts';
import type { IssueRef, Phase } from '../issue/issue.ts';
import type { Finding, Plan, PlannedTask } from '../plan/plan.ts';
import type { ProcessIdentity } from '../process-identity.ts';
import type { ChangedSettings, RunSettings } from '../options/run-settings.ts';

/** Everything that happens to a run as a whole. */
export type EventOfRun =
  | RunStarted
  | RunResumed
  | IssueRead
  | Planned
  | TasksAdded
  | FindingRaised
  | BaseChecked
  | BaseSeenOnForge
  | RedBaseAccepted
  | DrainRequested
  | CancelRequested
  | QuestionAnswered
  | QuestionExpired
  | ReplyIntended
  | ReplyDone
  | SettingsChanged
  | PauseRequested
  | ContinueRequested
  | RunPaused
  | RunContinued
  | PhaseBegun
  | CheckChangesAccepted
  | DiagnosisIntended
  | DiagnosisDone
  | ForgeWaited
  | ForgeUsed
  | NoticeIntended
  | RunEnded;

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

/**
 * Somebody added tasks of the issue to the run's plan, from any process: what is in the plan stays as it is. Of tasks that
 * were added twice, the first counts.
 */
export interface TasksAdded {
  readonly type: 'tasks-added';
  /** In the order in which they start. */
  readonly tasks: readonly PlannedTask[];
  /** All phases that the run has now: those that it had, and maybe more behind them. */
  readonly phases: readonly Phase[];
  /** What speaks against them. */
  readonly findings: readonly Finding[];
  /** What the run carries out now: the words that it had, and those of what was added. */
  readonly digest: IssueDigest;
}

/** Something was found during the run, such as a red base. */
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
  /** Files of the base that they changed; left out by older versions. */
  readonly changed?: readonly string[];
}

/** What the forge's own checks say of the base's commit. */
export interface BaseSeenOnForge {
  readonly type: 'base-seen-on-forge';
  readonly checks: 'none' | 'pending' | 'passed' | 'failed';
  /** The names of those that are red. */
  readonly failed: readonly string[];
}

/** The user let the run continue although the base is red: checks that are red there are not required of any task. */
export interface RedBaseAccepted {
  readonly type: 'red-base-accepted';
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

/** Somebody changed settings of the run, from any process: these hold from now on, also for later starts. */
export interface SettingsChanged {
  readonly type: 'settings-changed';
  readonly settings: ChangedSettings;
}

/** Somebody asked that nothing new starts, from any process. It holds, also for later starts, until they say otherwise. */
export interface PauseRequested {
  readonly type: 'pause-requested';
}

/** Somebody asked that the run continues: what a provider or reviewers still hold back stays held back. */
export interface ContinueRequested {
  readonly type: 'continue-requested';
}

/** Why a run starts nothing new for a while. */
export type PauseReason =
  | 'provider-limited'
  | 'unauthenticated'
  | 'environment'
  /** The base does not pass its own checks, and nobody agreed to work on it anyway. */
  | 'red-base'
  | 'budget'
  | 'resources'
  /** So many pull requests are open that nobody has reviewed. */
  | 'unreviewed'
  /** Merging waits until people have approved. */
  | 'unapproved';

/** Nothing new starts until the time named, or (without one) in this run of the orchestrator at all. */
export interface RunPaused {
  readonly type: 'run-paused';
  readonly reason: PauseReason;
  readonly message: string;
  /** ISO 8601. */
  readonly until: string | null;
}

export interface RunContinued {
  readonly type: 'run-continued';
}

/** All that had to be merged first is merged: work continues from the base as it is now, in the same start. */
export interface PhaseBegun {
  readonly type: 'phase-begun';
  readonly phase: number;
  readonly base: { readonly branch: string; readonly sha: string };
}

/** The user agrees that what was merged changes what the checks are: those that the run began with count no more. */
export interface CheckChangesAccepted {
  readonly type: 'check-changes-accepted';
}

/** The issue that reports why tasks failed is about to be made or brought up to date. */
export interface DiagnosisIntended {
  readonly type: 'diagnosis-intended';
  readonly key: string;
}

export interface DiagnosisDone {
  readonly type: 'diagnosis-done';
  readonly number: number;
  readonly url: string;
  /** It was closed: what had failed has succeeded since. */
  readonly isOver?: boolean;
}

/** The forge cannot be reached or asks to wait: agents work on, and publishing waits. */
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

/**
 * People are about to be notified. It is written before anything is sent, and nothing is written after: what a crash cuts
 * short is not sent a second time.
 */
export interface NoticeIntended {
  readonly type: 'notice-intended';
  /** The notices' own keys; see `Notice`. */
  readonly keys: readonly string[];
}

/** The orchestrator's work on the run is over, for now or for good. */
export interface RunEnded {
  readonly type: 'run-ended';
  /**
   * `awaiting-merge`: what comes next needs pull requests to be reviewed or merged first. `refused`: the base is red, and
   * so no agent was started.
   */
  readonly how:
    | ('finished' | 'interrupted' | 'cancelled' | 'timed-out')
    | ('awaiting-merge' | 'refused');
}

/** Somebody has answered a question. Of several answers to one, the first counts. */
export interface QuestionAnswered {
  readonly type: 'question-answered';
  readonly question: number;
  readonly text: string;
  /** Who it was, by the name that is known of them where they answered. */
  readonly by: string;
  /** The forge's comment that it came by, and which of its wordings; left out where it was given here. */
  readonly comment?: { readonly id: number; readonly version: string };
}

/** Nobody has answered in time: the agent continues by its own judgement. */
export interface QuestionExpired {
  readonly type: 'question-expired';
  readonly question: number;
}

/** A reply is about to say why the answer in a comment was not taken. */
export interface ReplyIntended {
  readonly type: 'reply-intended';
  /** The comment, and which of its wordings. */
  readonly comment: number;
  readonly version: string;
  /** The issue or the pull request that it is on. */
  readonly number: number;
  readonly by: string;
  readonly refused: readonly AnswerRefusal[];
}

/** The reply to a comment is there. */
export interface ReplyDone {
  readonly type: 'reply-done';
  readonly comment: number;
}
