import type { JournalEvent } from '../event/event.ts';
import type { PullFate } from './task-state.ts';

/** What became of pull requests, counted. */
export type PullFates = {
  readonly opened: number;
  readonly merged: number;
  /** Merged as they were opened; that they were brought up to the base changes nothing. */
  readonly unchanged: number;
  readonly reworked: number;
  readonly closed: number;
  /** Those of which anything is known since they were opened. Nobody may have looked at the others yet. */
  readonly judged: number;
};

/** The fate of a task's pull request after one more event of that task; null while it has none. */
export function advanceFate(fate: PullFate | null, event: JournalEvent): PullFate | null {
  if (event.type === 'pull-request-done')
    return fate ?? { isMerged: false, isClosed: false, isReworked: false };
  if (event.type === 'work-found' && event.work.kind === 'open' && event.work.pullRequest !== null)
    return { isMerged: false, isClosed: false, isReworked: false };
  if (fate === null) return null;
  switch (event.type) {
    case 'merge-done':
    case 'task-merged':
      return { ...fate, isMerged: true, isClosed: false };
    case 'attempt-intended':
    case 'head-seen':
    case 'resolve-done':
      return { ...fate, isReworked: true };
    case 'merge-left':
      if (event.reason === 'closed') return { ...fate, isClosed: true };
      // One that waits for another, or for an approval, is not at fault.
      return event.reason === 'conflict' || event.reason === 'check-failed'
        ? { ...fate, isReworked: true }
        : fate;
    default:
      return fate;
  }
}

/** Counts what became of the pull requests of tasks. */
export function countFates(tasks: readonly { readonly fate: PullFate | null }[]): PullFates {
  const fates = tasks.flatMap(({ fate }) => fate ?? []);
  const count = (is: (fate: PullFate) => boolean): number => fates.filter(is).length;
  return {
    opened: fates.length,
    merged: count(({ isMerged }) => isMerged),
    unchanged: count(({ isMerged, isReworked }) => isMerged && !isReworked),
    reworked: count(({ isReworked }) => isReworked),
    closed: count(({ isClosed }) => isClosed),
    judged: count(({ isMerged, isReworked, isClosed }) => isMerged || isReworked || isClosed),
  };
}
