import type { RunStatus } from '../model/state/run-status.ts';
import type { Stage } from '../model/event/attempt-event.ts';
import type { TaskStatus } from '../model/state/task-state.ts';
import type { TaskBar, TaskWait } from '../reporting/timeline/task-bars.ts';

/** What the server sends and the page shows: JSON. All text of others is without control characters; times are ISO 8601. */

/** Something that a run waits for a person to do, and how it is done from the page. */
export type Attention = {
  readonly what:
    | 'question'
    | 'failed'
    | 'paused'
    | 'reviews'
    | 'merge'
    | 'interrupted'
    | 'collision';
  /** Null when it is about the whole run. */
  readonly task: number | null;
  readonly message: string;
  readonly since: string | null;
  /** Set for a question. */
  readonly question: {
    readonly id: number;
    readonly text: string;
    readonly options: readonly string[];
  } | null;
  /** What to type instead, in the run's repository; null where nothing can be typed. */
  readonly command: string | null;
};

/** A run in the list of all repositories. */
export type RunCard = {
  /** What its addresses are made of. */
  readonly id: string;
  readonly repository: string;
  readonly run: string;
  readonly issue: string;
  readonly title: string;
  readonly status: RunStatus;
  readonly succeeded: number;
  readonly total: number;
  readonly startedAt: string;
  readonly updatedAt: string;
  readonly costUsd: number | null;
  readonly attention: readonly Attention[];
  /** False where its journal is damaged: this is as far as that can be read. */
  readonly isWhole: boolean;
};

/** The first page. */
export type Overview = {
  readonly runs: readonly RunCard[];
  /** What of the journals could not be read. */
  readonly leftOut: readonly string[];
};

/** One task as a row. */
export type TaskRow = {
  readonly task: number;
  readonly title: string;
  readonly status: TaskStatus;
  readonly stage: Stage;
  readonly isAsking: boolean;
  /** Whether a living orchestrator looks after it: what is said of one that is not is old. */
  readonly isWatched: boolean;
  /** What it waits for, in words; null when it waits for nothing. */
  readonly waitsFor: string | null;
  readonly activity: string | null;
  readonly activityAt: string | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly attempts: number;
  readonly costUsd: number | null;
  readonly added: number;
  readonly removed: number;
  readonly files: number;
  readonly pull: {
    readonly number: number;
    readonly url: string;
    readonly state: 'open' | 'merged' | 'closed';
  } | null;
  readonly failure: string | null;
  /** Why the merge train left its pull request open; null when it did not. */
  readonly left: string | null;
  readonly bars: readonly TaskBar[];
  readonly waits: readonly TaskWait[];
  /** When it will probably run, as things stand; null when it is over. */
  readonly foreseen: { readonly from: string; readonly to: string } | null;
  /** When the plan had it, in minutes from the start of the first; null where there is none. */
  readonly planned: { readonly from: number; readonly to: number } | null;
};

/** Why one task waits for another, or is kept in view with it. */
export type PlanEdge = {
  readonly kind: 'needs' | 'stack' | 'overlap' | 'collides';
  readonly from: number;
  readonly to: number;
  readonly evidence: string;
  /** Where two collide now: the files in question. */
  readonly paths: readonly string[];
};

/** One run. */
export type RunPage = RunCard & {
  readonly seq: number;
  /** The server's clock when this was sent. */
  readonly now: string;
  readonly endedAt: string | null;
  readonly phase: number;
  readonly phases: readonly { readonly number: number; readonly name: string }[];
  readonly workers: number;
  readonly maxCostUsd: number | null;
  readonly merge: string;
  readonly isPaused: boolean;
  /** Why nothing new starts; null while something may. */
  readonly standstill: string | null;
  readonly foreseenEnd: string | null;
  readonly plannedMinutes: number | null;
  readonly base: { readonly branch: string; readonly sha: string };
  readonly tasks: readonly TaskRow[];
  readonly edges: readonly PlanEdge[];
  readonly findings: readonly {
    readonly severity: 'info' | 'warning' | 'critical';
    readonly message: string;
    readonly advice: string;
  }[];
  readonly train: TrainPage | null;
  readonly union: {
    readonly state: 'green' | 'red' | 'unknown';
    readonly tasks: readonly number[];
    readonly red: readonly string[];
    readonly culprits: readonly (readonly number[])[];
  } | null;
};

export type TrainPage = {
  readonly isEnded: boolean;
  readonly cars: readonly {
    readonly task: number;
    readonly pull: number;
    readonly reasons: readonly string[];
    readonly state:
      | 'waiting'
      | 'conflict'
      | 'resolving'
      | 'checked'
      | 'merging'
      | 'merged'
      | 'left';
    readonly message: string;
  }[];
};

/** One check, as it was run. */
export type CheckRow = {
  readonly name: string;
  readonly command: string;
  readonly state: 'passed' | 'failed' | 'timed-out' | 'not-started';
  readonly durationMs: number;
  readonly excerpt: string;
};

/** One task in full. */
export type TaskPage = {
  readonly task: number;
  readonly title: string;
  readonly body: string;
  readonly branch: string | null;
  readonly checks: readonly CheckRow[];
  readonly notes: readonly string[];
  readonly commits: readonly { readonly sha: string; readonly subject: string }[];
  readonly claim: string | null;
  readonly attempts: readonly {
    readonly attempt: number;
    readonly agent: string;
    readonly why: string;
    readonly model: string | null;
    readonly costUsd: number | null;
    readonly startedAt: string;
    readonly endedAt: string | null;
    readonly end: string | null;
  }[];
  readonly questions: readonly {
    readonly id: number;
    readonly text: string;
    readonly options: readonly string[];
    readonly state: 'open' | 'answered' | 'expired' | 'gone';
    readonly answer: string | null;
    readonly by: string | null;
  }[];
  /** What was foreseen, and what was touched. */
  readonly files: readonly {
    readonly path: string;
    /** 0 to 1; null where nobody foresaw it. */
    readonly foreseen: number | null;
    readonly reason: string | null;
    readonly change: 'added' | 'modified' | 'deleted' | 'renamed' | null;
    readonly added: number | null;
    readonly removed: number | null;
  }[];
};

/** What an action came to. */
export type ActionAnswer = {
  readonly isDone: boolean;
  readonly words: string;
};

/** What a task's branch changes. */
export type DiffPage = {
  /** As git says it, with control characters as symbols. */
  readonly text: string;
  /** Whether it was too much to send. */
  readonly isCut: boolean;
  /** Why there is nothing; null when there is. */
  readonly why: string | null;
};

/** What was added to a task's log. */
export type LogPage = {
  /** Which log it is: a new attempt has a new one. */
  readonly of: string;
  readonly text: string;
  /** What to ask for next: bytes. */
  readonly next: number;
  /** Whether something before it was left out. */
  readonly isCut: boolean;
  /** Whether it is the log's beginning: what was shown before does not belong to it. */
  readonly isNew: boolean;
};

/** One line of a run's story. */
export type StoryLine = { readonly seq: number; readonly text: string };

/** A plan of an issue that was typed or pasted. */
export type DraftPage = {
  /** The file that the text was put into: what a start is given. */
  readonly path: string;
  /** What `orchestrate --dry-run --json` prints; null when it could not plan. */
  readonly plan: unknown;
  /** What it says in words: objections, or why there is no plan. */
  readonly words: string;
  /** Whether a start would have to be forced. */
  readonly isRefused: boolean;
};

export type RepositoryRow = { readonly name: string; readonly path: string };
