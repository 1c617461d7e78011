import type { JournalEvent } from '../model/event/event.ts';
import type { RunState } from '../model/state/run-state.ts';
import type { JournalDamage, UserProblem } from '../model/user-error.ts';
import type { StopSignals } from '../services/run-services.ts';

/** Where a command works, and for whom. */
export type AppContext = {
  /** Paths that the user gives start here. */
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  readonly user: UserInterface;
};

/** Who started a command: a person at a terminal, a script, or a program that uses the library. */
export type UserInterface = {
  /** Whether a program reads along: it sees in the events what a person reads in words. */
  readonly isProgram: boolean;
  /** Says something that is neither an event nor the result. */
  readonly note: (text: string) => void;
  /** The same where it must not stand among what was asked for: on standard error. */
  readonly warn: (text: string) => void;
  /** Says what of a journal cannot be read. */
  readonly damaged: (damages: readonly JournalDamage[]) => void;
  /** Says what was left out of an answer, and why. */
  readonly leftOut: (problem: UserProblem) => void;
  /** Whether somebody is there who can be asked. */
  readonly canAsk: boolean;
  /** Shows some lines and asks; no answer means no. */
  readonly confirm: (lines: readonly string[], question: string) => Promise<boolean>;
  /** Columns for text; null where nothing limits it. */
  readonly width: number | null;
  /** The terminal that the user sits at; null where there is none. */
  readonly terminal: UserTerminal | null;
  /** Begins to show a run. */
  readonly showRun: () => Promise<RunView>;
  /** Begins to listen for the user's wish to stop a run. */
  readonly listenForStop: (params: StopParams) => StopListener;
};

/** A terminal that obeys what is written to it, such as a bell. */
export type UserTerminal = {
  /** Whether a run is shown there by a view that redraws itself. */
  readonly isLive: boolean;
  readonly write: (sequence: string) => void;
};

/** What a user sees of a run while it is going on. */
export type RunView = {
  readonly take: (event: JournalEvent, state: RunState) => void;
  /** A note that is not an event of the run. */
  readonly note: (line: string) => void;
  /** Lets something be said and asked next to a live view, which continues below it. */
  readonly aside: <T>(talk: () => Promise<T>) => Promise<T>;
  /** Ends a live view; what comes after stands below it. */
  readonly stop: () => void;
};

export type StopParams = {
  /** Null: the run has no time limit. */
  readonly runTimeoutSeconds: number | null;
  /** Aborted when another machine has taken the issue over: what runs is ended at once. */
  readonly lost: AbortSignal;
  /** Called when the user asks for the first time: nothing new starts from then on. */
  readonly onDrain: () => void;
  /** Called when another process has written to the run's journal. */
  readonly onNudge: () => void;
};

/** The user's wishes as abort signals; `release` ends the listening. */
export type StopListener = StopSignals & { readonly release: () => void };
