import { diagnosedEvent } from '../diagnosis/diagnosed-event.ts';
import type { Journal } from '../journal/journal.ts';
import type { JournalEvent, RunEvent } from '../model/event/event.ts';
import { advanceRun, foldRun } from '../model/state/fold-run.ts';
import type { RunState } from '../model/state/run-state.ts';
import type { TaskState } from '../model/state/task-state.ts';

/** One run's journal with the state that it folds to, kept up to date as events are recorded. */
export type RunRecord = {
  readonly run: string;
  /** The sequence number of the newest event when the record was opened; 0 for a run that began with it. */
  readonly resumedAt: number;
  /** Writes an event down, with what its failure is if it has one, then notifies the listeners. */
  readonly record: (event: RunEvent) => JournalEvent;
  readonly state: () => RunState;
  /** The state of one task; throws when the plan has no such task. */
  readonly task: (ordinal: number) => TaskState;
  /** Takes in what other processes wrote to this run's journal, such as a request to cancel. */
  readonly catchUp: () => void;
  /** Calls back after each event. One that throws is dropped, and reported to `onBroken`: looking never stops the work. */
  readonly listen: (listener: RunListener) => void;
};

export type RunListener = (event: JournalEvent, state: RunState) => void;

/** Opens the record of a run. For a new run, `first` is its `run-started` event. */
export function openRunRecord(params: {
  readonly journal: Journal;
  readonly run: string;
  readonly first?: RunEvent;
  /** Masks the secrets of an event, before anything is read in it. */
  readonly mask?: (event: RunEvent) => RunEvent;
  readonly onBroken: (error: unknown) => void;
}): RunRecord {
  const { journal, run, mask = (event) => event } = params;
  const started = params.first === undefined ? [] : [journal.append(run, mask(params.first))];
  const folded = foldRun(started.length > 0 ? started : journal.read(run, 0));
  if (folded === null) throw new Error(`The journal has no run ${run}`);
  let state = folded;
  let lastSeq = journal.lastSeq(run);
  const resumedAt = params.first === undefined ? lastSeq : 0;
  let listeners: RunListener[] = [];
  const tell = (event: JournalEvent): void => {
    for (const listener of listeners) {
      try {
        listener(event, state);
      } catch (error) {
        listeners = listeners.filter((other) => other !== listener);
        params.onBroken(error);
      }
    }
  };
  const take = (event: JournalEvent): void => {
    lastSeq = event.seq;
    state = advanceRun(state, event);
    tell(event);
  };
  const catchUp = (): void => {
    for (const event of journal.read(run, lastSeq)) if (event.seq > lastSeq) take(event);
  };
  return {
    run,
    resumedAt,
    record: (event) => {
      const written = journal.append(run, diagnosedEvent(mask(event), state));
      // A gap may hold events of this run that another process wrote.
      if (written.seq === lastSeq + 1) take(written);
      else catchUp();
      return written;
    },
    catchUp,
    state: () => state,
    task: (ordinal) => {
      const task = state.tasks.find((candidate) => candidate.ordinal === ordinal);
      if (task === undefined) throw new Error(`Run ${run} has no task ${ordinal}`);
      return task;
    },
    listen: (listener) => void listeners.push(listener),
  };
}
