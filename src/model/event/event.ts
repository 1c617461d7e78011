import type { EventOfAttempt } from './attempt-event.ts';
import type { EventOfControl } from './control-event.ts';
import type { EventOfMerge } from './merge-event.ts';
import type { EventOfPull } from './pull-event.ts';
import type { EventOfRun } from './run-event.ts';
import type { EventOfTask } from './task-event.ts';

/**
 * Everything that can happen in a run: the sum of what each kind lists in its own file. The journal holds these and
 * nothing else; whatever people look at is folded from them.
 *
 * An effect outside the journal has two events: `…-intended`, with its key, before; `…-done`, with what was observed,
 * after. An intention without its `done` is an unknown outcome.
 */
export type RunEvent =
  | EventOfRun
  | EventOfTask
  | EventOfAttempt
  | EventOfPull
  | EventOfMerge
  | EventOfControl
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
