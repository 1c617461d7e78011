import { hasSucceeded, isOver } from '../model/state/task-state.ts';
import { reachedTasks, type RunState } from '../model/state/run-state.ts';
import { isLeftOut } from '../model/state/run-status.ts';
import type { RunServices } from '../services/run-services.ts';
import { mergeWish, watchMergeWish } from './merge-wish.ts';
import { wholeCancellationOf } from './task-runs.ts';

/** Where tasks become ready for a train that is under way. */
export type Arrivals = {
  /** The tasks whose work may be merged now. */
  readonly ready: () => readonly number[];
  /** Resolves with the next change: more are ready, or no more will come. */
  readonly change: () => Promise<void>;
  /** Whether no more will come. */
  readonly isOver: () => boolean;
  /** To be called when all that came is merged or left: what it makes possible begins. */
  readonly rest: () => Promise<void>;
};

/**
 * What a run does with the work of its tasks: it brings it into the base, as far as that goes; that of all tasks once
 * they have ended, or, with arrivals, that of each as it becomes ready, until no more will come. `stopped`: the user, or a
 * forge that cannot be reached, ended it before its time.
 */
export type MergeWork = (
  services: RunServices,
  arrivals: Arrivals | null,
) => Promise<'stopped' | 'done'>;

/** How merging in a run came out; `none`: there was nothing to merge, or not yet. */
export type MergeOutcome = 'none' | 'stopped' | 'done';

/**
 * Merges what the tasks have brought, unless some of them still wait for something that the next start may have. While
 * somebody has paused the run, it waits; when they want another policy, it begins again with that. Tasks that are added
 * end it for now.
 */
export async function goOnToMerging(
  services: RunServices,
  merge: MergeWork | null,
): Promise<MergeOutcome> {
  const { record, clock, agents } = services;
  if (merge === null) return 'none';
  const halts = watchMergeWish(services, { isForTasks: true });
  const drain = AbortSignal.any([clock.stop.drain, wholeCancellationOf(services)]);
  for (let isHalted = false; ;) {
    const state = record.state();
    // What was merged before a halt still has to be concluded.
    const isToMerge = isHalted || state.tasks.some(({ status }) => status === 'completed');
    if (!isToMerge || mergeWish(state) === 'never' || state.isCancelRequested) return 'none';
    if (hasWaiting(state) && !agents.reviews.isClosed()) return 'none';
    if (clock.stop.drain.aborted) return 'stopped';
    if (state.isPauseAsked) {
      await agents.gate.whenContinued(drain);
      continue;
    }
    const halt = halts.next();
    const stop = { ...clock.stop, drain: AbortSignal.any([drain, halt]) };
    const end = await merge({ ...services, clock: { ...clock, stop } }, null);
    if (!halt.aborted || drain.aborted) return end;
    isHalted = true;
  }
}

/** Whether a task that had to be worked on has not ended. */
export function hasWaiting(state: RunState): boolean {
  return reachedTasks(state).some(
    (task) => !isOver(task) && task.status !== 'blocked' && !isLeftOut(state, task),
  );
}

/** Whether all chosen tasks succeeded, and some are not merged. */
export function isUnmerged(state: RunState): boolean {
  const chosen = reachedTasks(state).filter((task) => !isLeftOut(state, task));
  return chosen.every(hasSucceeded) && chosen.some(({ status }) => status === 'completed');
}

/** Whether merging has opened the way for tasks that had to wait for it: those of the next phase, or of this one. */
export function hasOpened(before: RunState, after: RunState): boolean {
  const isNews = mergedCount(after) > mergedCount(before);
  return isNews && after.only === null && reachedTasks(after).some(isQueued);
}

function mergedCount({ tasks }: RunState): number {
  return tasks.filter(({ status }) => status === 'merged').length;
}

function isQueued({ status }: RunState['tasks'][number]): boolean {
  return status === 'queued';
}
