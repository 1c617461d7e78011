import type { AttemptResult, AttemptWhy, Stage } from './attempt-event.ts';
import type { ChangedFile, Overreach } from './task-event.ts';
import type { BaseSeenOnForge, PauseReason, RunEnded } from './run-event.ts';
import type { RunSettings } from './run-settings.ts';
import type { ControlState } from './control.ts';
import type { SeenConflict } from './conflict.ts';
import type { FeedbackState } from './feedback.ts';
import type { FoundState } from './found-work.ts';
import { failureType, isRed, type CheckResult, type Failure } from './failure.ts';
import type { IssueDigest } from './issue-digest.ts';
import type { IssueRef } from './issue.ts';
import type { Finding, Plan } from './plan.ts';
import type { ProcessIdentity } from './process-identity.ts';
import type { PullFate } from './pull-fates.ts';
import type { RoundState } from './rounds.ts';
import type { LeaveReason, TrainCar, TrainState } from './train.ts';
import type { UnionVerdict } from './union.ts';
import type { PauseSpan, WorkSpan } from './work-span.ts';

/** What a task is, as scripts see it. */
export type TaskStatus =
  | 'queued'
  | 'running'
  | 'blocked'
  | 'completed'
  | 'merged'
  | 'failed'
  | 'cancelled';

/** One task of a run, folded from its events. */
export type TaskState = {
  readonly ordinal: number;
  readonly title: string;
  readonly status: TaskStatus;
  readonly stage: Stage;
  /** 0 to 100, from the stages that were reached: evidence, not time. */
  readonly progress: number;
  readonly issueNumber: number | null;
  readonly issueUrl: string | null;
  /** What an earlier run, which this journal does not know, had published of it; null when nothing was found. */
  readonly found: FoundState | null;
  readonly workspace: WorkspaceState | null;
  /** How many attempts there had been when the workspace was made: those after worked in it. */
  readonly workspaceSince: number;
  readonly attempts: readonly AttemptState[];
  readonly head: string | null;
  readonly commits: readonly { readonly sha: string; readonly subject: string }[];
  readonly files: readonly ChangedFile[];
  readonly leftovers: readonly string[];
  /** The checks of the newest attempt. */
  readonly checks: readonly CheckResult[];
  /** What of its newest work only other tasks declared; null when nothing of it, or nobody has looked. */
  readonly overreach: Overreach | null;
  readonly notes: readonly string[];
  /** Those of the notes that say how it changes what the checks are. */
  readonly checkChanges: readonly string[];
  readonly isVerified: boolean;
  /** The head that was pushed. */
  readonly pushedHead: string | null;
  readonly pullRequest: {
    readonly number: number;
    readonly url: string;
    readonly state: 'open' | 'merged' | 'closed';
  } | null;
  /** What came back from the pull request. */
  readonly feedback: FeedbackState;
  /** Whether all that follows from its merge is done: its box, its sub-issue, its branch. */
  readonly isConcluded: boolean;
  /** What became of its pull request since it was opened; null while there is none. */
  readonly fate: PullFate | null;
  /** Why the newest merge train left its pull request open; null when it did not. */
  readonly left: { readonly reason: LeaveReason; readonly message: string } | null;
  readonly failure: Failure | null;
  /** What the round before this one failed with; null in the first. */
  readonly lastFailure: Failure | null;
  /** How many attempts belong to rounds before this one: a retry begins a new round. */
  readonly attemptsBefore: number;
  /** The rounds so far, the current one included; never empty. */
  readonly rounds: readonly RoundState[];
  /** Retries in this round that nobody asked for. */
  readonly automaticRetries: number;
  /** Whose verified branch it waits for, since their work collides; null when it waits for nobody. */
  readonly held: HeldState | null;
  /** The tasks that it has ever waited for so. */
  readonly heldBy: readonly number[];
  /** The task whose verified branch was merged into its own after it had begun. */
  readonly stackedOn: StackedState | null;
  /** What came of taking today's base in, before its newest round; null while that was not done. */
  readonly takenBase: { readonly files: readonly string[] } | null;
  readonly isCancelRequested: boolean;
  /** Its second run, alone, after the run's work had ended; null while there was none. */
  readonly control: ControlState | null;
  /** Effects that were intended and are not yet known to be done. */
  readonly unknown: readonly Effect[];
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly lastActivityAt: string | null;
  readonly lastActivity: string | null;
  /** The time of the newest event about it. */
  readonly updatedAt: string;
};

/** What a task does outside of the journal. */
type Effect = 'sub-issue' | 'workspace' | 'attempt' | 'push' | 'pull-request' | 'answer';

export type HeldState = {
  readonly by: number;
  readonly how: 'pause' | 'stack';
  readonly files: readonly string[];
};

export type StackedState = {
  readonly on: number;
  /** Files whose conflict was left to its agent. */
  readonly files: readonly string[];
};

export type WorkspaceState = {
  readonly path: string;
  readonly branch: string;
  readonly baseSha: string;
  readonly state: 'intended' | 'ready' | 'removed';
  readonly setup: CheckResult | null;
};

/** One run of one agent. */
export type AttemptState = {
  readonly attempt: number;
  readonly agent: string;
  readonly why: AttemptWhy;
  /** The check that it was to fix. */
  readonly fixes: CheckResult | null;
  readonly directory: string;
  readonly keeper: ProcessIdentity | null;
  readonly session: string | null;
  readonly model: string | null;
  readonly costUsd: number | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly result: AttemptResult | null;
  readonly claim: string | null;
  /** What spoke against it when it ended, before anything was verified. */
  readonly failure: Failure | null;
  /** The head of the branch after it. */
  readonly head: string | null;
};

/** A run, folded from its events. Everything that people look at is a function of this. */
export type RunState = {
  readonly run: string;
  readonly issue: IssueRef;
  readonly title: string;
  readonly source: string;
  readonly base: { readonly branch: string; readonly sha: string };
  /** The commit that the run began with: its checks count until the user agrees to others. */
  readonly firstBase: string;
  readonly settings: RunSettings;
  /** The tasks that the newest orchestrator was told to work on; null: all. */
  readonly only: readonly number[] | null;
  readonly orchestrator: ProcessIdentity;
  /** What the issue asked for when it was last planned; null where it was not noted. */
  readonly issueDigest: IssueDigest | null;
  readonly plan: Plan | null;
  readonly findings: readonly Finding[];
  readonly baseChecks: readonly CheckResult[] | null;
  /** What the forge's own checks said of the base; null where nobody asked. */
  readonly baseOnForge: Pick<BaseSeenOnForge, 'checks' | 'failed'> | null;
  /** Whether the user let the run continue although the base is red. */
  readonly isRedBaseAccepted: boolean;
  readonly artefacts: readonly string[];
  /** Files of the base that setup and checks were seen to change. */
  readonly changedByChecks: readonly string[];
  /** In the order of their ordinals. */
  readonly tasks: readonly TaskState[];
  readonly drain: 'none' | 'drain' | 'now';
  /** The issue that reports why tasks failed; null while none was made. */
  readonly diagnosis: {
    readonly number: number;
    readonly url: string;
    /** Whether it was closed, since what had failed has succeeded. */
    readonly isOver: boolean;
  } | null;
  /** Whether somebody asked for the end of the whole run. */
  readonly isCancelRequested: boolean;
  /** Why nothing new starts; null when something may. */
  readonly pause: {
    readonly reason: PauseReason;
    readonly message: string;
    readonly until: string | null;
  } | null;
  /** When nothing new was started, and why, one pause after the other. */
  readonly pauses: readonly PauseSpan[];
  /** How the newest orchestrator's work ended; null while it is running, or when it died. */
  readonly ended: RunEnded['how'] | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** When its orchestrators were at work, one start after the other. */
  readonly spans: readonly WorkSpan[];
  /** The time of the newest event. */
  readonly updatedAt: string;
  /** Work that does not merge as it stands, as the radar last saw it. */
  readonly conflicts: readonly SeenConflict[];
  /** What merging is at now: it judges all branches together, or merges them one by one; null when it does neither. */
  readonly merging: 'judging' | 'merging' | null;
  /** What all finished branches were together, when they were last judged. */
  readonly union: UnionVerdict | null;
  /** The order in which they were planned to merge then. */
  readonly mergeOrder: readonly TrainCar[];
  /** The newest merge train. */
  readonly train: TrainState | null;
  /** Whether the master issue was closed, since all of it is merged. */
  readonly isIssueClosed: boolean;
  readonly unexpected: readonly { readonly task: number | null; readonly message: string }[];
};

const over = new Set<TaskStatus>(['completed', 'merged', 'failed', 'cancelled']);

/** The attempt of a task whose end is not known: it runs, or an orchestrator died over it. */
export function openAttempt(task: TaskState): AttemptState | null {
  const last = task.attempts.slice(task.attemptsBefore).at(-1);
  const isLiving = !isOver(task) || last?.why === 'resolve';
  return isLiving && last?.result === null ? last : null;
}

/** Whether a task has come to an end, good or bad, that only a retry goes back on. */
export function isOver(task: TaskState): boolean {
  return over.has(task.status);
}

/** Whether a task's work is verified and published. */
export function hasSucceeded(task: TaskState): boolean {
  return task.status === 'completed' || task.status === 'merged';
}

/** The commands of a task's checks that are red as they are on the base: they say nothing of its work. */
export function redOnBase({ checks }: TaskState): readonly string[] {
  return checks.filter(({ isRedOnBase }) => isRedOnBase).map(({ command }) => command);
}

/** The check that did not pass; null when all did, or none ran yet. An attempt that was cut short leaves its own to the next. */
export function redCheck(task: TaskState): CheckResult | null {
  const red = task.checks.find(isRed);
  return red ?? (task.checks.length === 0 ? (task.attempts.at(-1)?.fixes ?? null) : null);
}

/** The phase that a run is in: the first of which some task is neither merged nor, being the last, completed. */
export function currentPhase(state: RunState): number {
  const planned = state.plan?.tasks ?? [];
  const last = Math.max(1, ...planned.map(({ phase }) => phase));
  const isDone = (ordinal: number): boolean =>
    state.tasks.find((task) => task.ordinal === ordinal)?.status === 'merged';
  for (let phase = 1; phase < last; phase += 1)
    if (planned.some((task) => task.phase === phase && !isDone(task.ordinal))) return phase;
  return last;
}

/** The tasks of the phases that a run has reached, and those that were chosen ahead of them; those behind a barrier do not count yet. */
export function reachedTasks(state: RunState): readonly TaskState[] {
  const phase = currentPhase(state);
  const reached = new Set(
    state.plan?.tasks.filter((task) => task.phase <= phase).map(({ ordinal }) => ordinal),
  );
  const isChosen = (ordinal: number): boolean => state.only?.includes(ordinal) ?? false;
  return state.tasks.filter(({ ordinal }) => reached.has(ordinal) || isChosen(ordinal));
}

/** What the task has cost so far in US dollars, over all its attempts and its control; null when no agent reported it. */
export function taskCost({ attempts, control }: TaskState): number | null {
  const costs = [...attempts, ...(control === null ? [] : [control])].flatMap(
    ({ costUsd }) => costUsd ?? [],
  );
  return costs.length === 0 ? null : costs.reduce((sum, cost) => sum + cost, 0);
}

/** What a run has cost so far in US dollars, as far as its agents report it. */
export function spentOn({ tasks }: Pick<RunState, 'tasks'>): number {
  return tasks.reduce((sum, task) => sum + (taskCost(task) ?? 0), 0);
}

/** A failure in one line: `TYPE: message`. */
export function failureLine(failure: Failure): string {
  return `${failureLabel(failure)}: ${failure.message}`;
}

/** The type of a failure; or, when that says nothing, its reason. */
export function failureLabel(failure: Failure): string {
  const type = failureType(failure);
  return type === 'UNKNOWN' ? failure.reason : type;
}
