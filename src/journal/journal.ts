import type { JournalEvent, RunEvent } from '../model/event.ts';
import type { IssueRef } from '../model/issue.ts';

/** The append-only record of all runs of a repository: the only truth, from which everything shown is folded. */
export type Journal = {
  /** Writes one event down and gives it back with its sequence number. It has survived our death when this returns. */
  readonly append: (run: string, event: RunEvent) => JournalEvent;
  /** A run's events after a sequence number (0: all), in order. */
  readonly read: (run: string, after: number) => JournalEvent[];
  /** The sequence number of a run's newest event; 0 when it has none. */
  readonly lastSeq: (run: string) => number;
  /** All runs, newest first. */
  readonly runs: () => RunEntry[];
  /** The newest run of an issue. */
  readonly findRun: (issue: IssueRef) => string | null;
  /** A run's events after a sequence number, then each new one as any process writes it, until the signal. */
  readonly follow: (run: string, after: number, signal: AbortSignal) => AsyncIterable<JournalEvent>;
  readonly close: () => void;
};

export type RunEntry = {
  readonly run: string;
  readonly issue: IssueRef;
  readonly title: string;
  readonly startedAt: string;
};
