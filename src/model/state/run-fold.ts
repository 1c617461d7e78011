import type { JournalEvent } from '../event/event.ts';
import { advanceTask } from './fold-task.ts';
import { advanceRun } from './fold-run.ts';
import type { RunState } from './run-state.ts';
import type { TaskState } from './task-state.ts';

/** Folds a run's events where they come in great numbers, and its state is asked for now and then. */
export type RunFold = {
  /** Throws as `advanceRun` does. */
  readonly take: (event: JournalEvent) => void;
  /** As `foldRun` would give it for the events so far; null before the first. It does not change any more. */
  readonly state: () => RunState | null;
};

/** Most of a journal: what an agent does and uses. It changes its own task, and when the run was last heard of. */
type Talk = Extract<
  JournalEvent,
  { readonly type: 'heartbeat' | 'activity-seen' | 'stage-changed' | 'usage-reported' }
>;

/** Begins with a run's first event. */
export function openRunFold(): RunFold {
  let state: RunState | null = null;
  /** The tasks after `state`, while only agents have talked since: not copied for each word. */
  let tasks: TaskState[] | null = null;
  let updatedAt = '';
  const settle = (): RunState | null => {
    if (state !== null && tasks !== null) state = { ...state, tasks, updatedAt };
    tasks = null;
    return state;
  };
  return {
    take: (event) => {
      if (state === null || !isTalk(event)) {
        state = advanceRun(settle(), event);
        return;
      }
      tasks ??= [...state.tasks];
      updatedAt = event.at;
      const at = tasks.findIndex(({ ordinal }) => ordinal === event.task);
      const task = tasks[at];
      if (task !== undefined) tasks[at] = advanceTask(task, event);
    },
    state: settle,
  };
}

function isTalk(event: JournalEvent): event is Talk {
  switch (event.type) {
    case 'heartbeat':
    case 'activity-seen':
    case 'stage-changed':
    case 'usage-reported':
      return true;
    default:
      return false;
  }
}
