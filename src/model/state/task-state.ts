import type { AttemptResult, AttemptWhy, Stage } from '../event/attempt-event.ts';
import type { FoundWork } from '../event/found-work.ts';
import type { CiSeen, TaskReturned } from '../event/pull-event.ts';
import type { ChangedFile, Overreach } from '../event/task-event.ts';
import { isRed, type CheckResult, type Failure } from '../failure/failure.ts';
import type { LeaveReason } from '../merge/train-car.ts';
import type { ProcessIdentity } from '../process-identity.ts';
import type { AttachedState, Visit } from './attached-state.ts';
import type { ControlState } from './control.ts';

/** What a task is, as scripts see it. */
export type TaskStatus =
  | 'queued'
  | 'running'
  | 'blocked'
  | 'completed'
  | 'merged'
  | 'failed'
  | 'cancelled'
  | 'skipped';

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
  readonly left: {
    readonly reason: LeaveReason;
    readonly message: string;
    /** The tasks that it does not go together with. */
    readonly with: readonly number[];
  } | null;
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
  /** What people told its agents. */
  readonly told: readonly ToldWords[];
  /** The person who works in its session by hand, or wants to; null: nobody. */
  readonly attached: AttachedState | null;
  /** Who did, and has left. */
  readonly visits: readonly Visit[];
  /** The tasks that it has ever waited for so. */
  readonly heldBy: readonly number[];
  /** The task whose verified branch was merged into its own after it had begun. */
  readonly stackedOn: StackedState | null;
  /** What it starts from instead of what was planned, since a task below it did not succeed; null: what was planned. */
  readonly restacked: { readonly on: number | null } | null;
  /** What came of taking today's base in, before its newest round; null while that was not done. */
  readonly takenBase: { readonly files: readonly string[] } | null;
  readonly isCancelRequested: boolean;
  /** Whether somebody asked to leave it out, before it began. */
  readonly isSkipRequested: boolean;
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

export type ToldWords = {
  readonly text: string;
  readonly by: string;
  /** How many attempts there had been. */
  readonly after: number;
};

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

/** What of it a task still has to do with. */
export type FoundState =
  | Exclude<FoundWork, { kind: 'merged' }>
  /** The user had it started from the base again: what is on the forge is replaced as long as it is at this commit. */
  | { readonly kind: 'dropped'; readonly head: string };

/** What came back from a task's pull request. */
export type FeedbackState = {
  /** The forge's own checks of the pushed head; null while nothing was pushed. */
  readonly ci: CiState | null;
  /** Why the pull request is with its agent again; null while it is not. */
  readonly returned: ReturnedState | null;
  /** How often red checks sent it back, since it was opened or last addressed. */
  readonly ciFixes: number;
  /** The remarks that were answered by a commit. */
  readonly addressed: readonly string[];
  /** Why the newest return came to nothing; null when it did not. */
  readonly failure: Failure | null;
};

export type CiState = Pick<
  CiSeen,
  'head' | 'checks' | 'failed' | 'pending' | 'isFinal' | 'note'
> & {
  /** ISO 8601. */
  readonly pushedAt: string;
};

export type ReturnedState = Pick<TaskReturned, 'why' | 'head' | 'remarks'> & {
  readonly isAnswered: boolean;
  /** What is published, for when the return comes to nothing. */
  readonly published: Published;
};

type Published = Pick<
  TaskState,
  'status' | 'head' | 'commits' | 'files' | 'leftovers' | 'checks' | 'notes' | 'endedAt'
>;

/** What has become of one pull request since it was opened, as far as the journal knows. */
export type PullFate = {
  readonly isMerged: boolean;
  /** Whether somebody closed it without merging. */
  readonly isClosed: boolean;
  /** Whether it had to be changed: an agent went back to it, or somebody pushed, or merging met what has to be fixed. */
  readonly isReworked: boolean;
};

/** One go at a task: from its start, or from a retry or a return, to the end that it came to. */
export type RoundState = {
  /** `resumed`: a task below it had failed, and has succeeded since. */
  readonly began: 'first' | 'resumed' | 'asked' | 'automatic' | 'again' | 'returned';
  /** How many attempts of the task there had been before it. */
  readonly attemptsBefore: number;
  /** Milliseconds of the setup and the checks that ran to their end. */
  readonly checkMs: number;
  /** Null while it is running. */
  readonly outcome: 'succeeded' | 'failed' | 'cancelled' | 'blocked' | 'skipped' | null;
  /** Null unless it failed. */
  readonly failure: Failure | null;
  /** The setup that it failed with. */
  readonly setup: CheckResult | null;
};

const over = new Set<TaskStatus>(['completed', 'merged', 'failed', 'cancelled', 'skipped']);

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

/** Whether a task can be left out of its run: nobody works on it, and nothing of it is verified or published. */
export function canSkip(task: TaskState): boolean {
  const isWaiting = task.status === 'queued' || task.status === 'blocked';
  const isPublished = task.pullRequest !== null || task.found !== null;
  return isWaiting && openAttempt(task) === null && !task.isVerified && !isPublished;
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

/** What the task has cost so far in US dollars, over all its attempts and its control; null when no agent reported it. */
export function taskCost({ attempts, control }: TaskState): number | null {
  const costs = [...attempts, ...(control === null ? [] : [control])].flatMap(
    ({ costUsd }) => costUsd ?? [],
  );
  return costs.length === 0 ? null : costs.reduce((sum, cost) => sum + cost, 0);
}

const cutsShort: readonly string[] = ['interrupted', 'held', 'told', 'attached'];

/** Whether an attempt was ended in the middle of its work, by no fault of its own, and is to continue there. */
export function wasCutShort(result: AttemptResult | null): boolean {
  return result?.kind === 'stopped' && cutsShort.includes(result.why);
}
