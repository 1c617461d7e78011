import type { Failure } from '../failure/failure.ts';
import type { ProcessIdentity } from '../process-identity.ts';

/** Everything that happens to one attempt of a task. */
export type EventOfAttempt =
  | AttemptIntended
  | AttemptStarted
  | SessionOpened
  | StageChanged
  | ActivitySeen
  | UsageReported
  | Heartbeat
  | AttemptStalled
  | ProcessesLeft
  | QuestionAsked
  | QuestionsRefused
  | MailboxFailed
  | AttemptAdopted
  | AttemptEnded;

/**
 * What an attempt is for. `fix-checks`: a check of ours is red. `fix-scope`: it changed files
 * that only other tasks declared. `fix-ci`, `address`: the open pull request came back, for
 * red checks of the forge's, or for what its reviewers ask. `resolve`: it is open, and the merge train asks for help.
 */
export type AttemptWhy =
  | 'first'
  | 'fix-checks'
  | 'fix-scope'
  | 'retry'
  | 'fix-ci'
  | 'address'
  | 'resolve';

/** An agent is about to be started. From here on it may have cost something. */
export interface AttemptIntended {
  readonly type: 'attempt-intended';
  readonly task: number;
  /** Counts a task's attempts; the first is 1. */
  readonly attempt: number;
  readonly agent: string;
  readonly why: AttemptWhy;
  /** The directory that holds its claim, prompt, output and result. */
  readonly directory: string;
  /** The session that it continues. */
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
  /** This attempt's own share, in US dollars: what a resumed session had cost before is taken off. Null when the agent does not report it. */
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
  /** Seconds of CPU time that the attempt's processes have used in all; null when it is unknown. */
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

/** Something that an agent may have started still runs after its end. It was left alone: only the user knows what it is. */
export interface ProcessesLeft {
  readonly type: 'processes-left';
  readonly task: number;
  readonly attempt: number;
  /** At most 20 of them. */
  readonly processes: readonly { readonly pid: number; readonly command: string }[];
  readonly count: number;
}

/** How an agent's process ended: what was seen, not what the agent says. */
export type AttemptResult =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: number }
  | { readonly kind: 'not-started'; readonly message: string }
  | {
      readonly kind: 'stopped';
      /** `held`: its work collides with another task's, and it continues later; `told`: a person has something to say; `attached`: one works in its session. */
      readonly why:
        | 'timed-out'
        | 'interrupted'
        | 'cancelled'
        | 'stalled'
        | 'over-budget'
        | 'held'
        | 'told'
        | 'attached';
    }
  /** Its keeper died without a result. */
  | { readonly kind: 'lost' };

export interface AttemptEnded {
  readonly type: 'attempt-ended';
  readonly task: number;
  readonly attempt: number;
  readonly result: AttemptResult;
  /** What its agent says about its work; at most 2,000 characters. A claim, never evidence. */
  readonly claim: string;
  /** What is wrong, according to the agent and the process result; null when only verification can say. */
  readonly failure: Failure | null;
}

/** The agent asks a person, and waits for the answer. */
export interface QuestionAsked {
  readonly type: 'question-asked';
  readonly task: number;
  readonly attempt: number;
  /** Counts the run's questions; the first is 1. */
  readonly question: number;
  /** What it is called in the attempt's mailbox. */
  readonly key: string;
  /** The agent's words, bounded. */
  readonly text: string;
  readonly options: readonly string[];
}

/**
 * An attempt cannot ask, or not hear the answer, as it should; it goes on. `make`: it has no mailbox. `read`: the mailbox, or
 * what lies there, cannot be read. `answer`: an answer could not be brought. Each is said once of an attempt.
 */
export interface MailboxFailed {
  readonly type: 'mailbox-failed';
  readonly task: number;
  readonly attempt: number;
  readonly what: 'make' | 'read' | 'answer';
  readonly message: string;
}

/** The agent has asked so often that no question of this attempt is shown to anybody any more. */
export interface QuestionsRefused {
  readonly type: 'questions-refused';
  readonly task: number;
  readonly attempt: number;
  /** How many were shown before. */
  readonly asked: number;
}
