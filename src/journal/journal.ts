import type { JournalEvent, RunEvent } from '../model/event/event.ts';
import type { IssueRef } from '../model/issue/issue.ts';
import type { JournalDamage } from '../model/user-error.ts';
import type { JournalOutline } from './journal-outline.ts';

/** The append-only record of all runs of a repository: the only truth, from which everything shown is folded. */
export type Journal = {
  /** Writes one event down and gives it back with its sequence number. It has survived our death when this returns. */
  readonly append: (run: string, event: RunEvent) => JournalEvent;
  /** A run's events after a sequence number (0: all), in order. Throws a `UserError` when one of them is damaged. */
  readonly read: (run: string, after: number) => JournalEvent[];
  /** A run's events as far as they can be read, and what is wrong with the next one. */
  readonly readSound: (run: string) => SoundEvents;
  /**
   * Hands over a run's events after a sequence number one by one, as far as they can be read, and gives what is wrong with
   * the next one. Nothing of them is kept: what `take` throws ends it.
   */
  readonly scan: (
    run: string,
    after: number,
    take: (event: JournalEvent) => void,
  ) => JournalDamage | null;
  /** The sequence number of a run's newest event; 0 when it has none. */
  readonly lastSeq: (run: string) => number;
  /** All runs whose beginning can be read, newest first. */
  readonly runs: () => RunEntry[];
  /** What is wrong with the journal besides events of those: runs whose beginning is damaged, and events that are gone. */
  readonly losses: () => JournalDamage[];
  /** Both of these, read once. */
  readonly beginnings: () => {
    readonly runs: readonly RunEntry[];
    readonly losses: readonly JournalDamage[];
  };
  /** Where all runs end, read without a look into them. */
  readonly outline: () => JournalOutline;
  /** The newest run of an issue. Throws a `UserError` when that may be one whose beginning is damaged. */
  readonly findRun: (issue: IssueRef) => string | null;
  /** A run's events after a sequence number, then each new one as any process writes it, until the signal. */
  readonly follow: (run: string, after: number, signal: AbortSignal) => AsyncIterable<JournalEvent>;
  readonly close: () => void;
};

/** What can be read of a run, from its first event on. */
export type SoundEvents = {
  readonly events: readonly JournalEvent[];
  readonly damage: JournalDamage | null;
};

export type RunEntry = {
  readonly run: string;
  readonly issue: IssueRef;
  readonly title: string;
  /** What the user gave: a path, a number, a URL. */
  readonly source: string;
  readonly startedAt: string;
};
