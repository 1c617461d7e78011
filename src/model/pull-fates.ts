import type { JournalEvent } from './event.ts';

/** What became of a run's pull requests, counted. */
export type PullFates = {
  readonly opened: number;
  readonly merged: number;
  /** Those that had to be changed after they were opened: by an agent, by somebody who pushed, or before they could be merged. */
  readonly reworked: number;
  /** Those of which anything is known since they were opened. Nobody may have looked at the others yet. */
  readonly judged: number;
};

type Fate = { isMerged: boolean; isReworked: boolean; isJudged: boolean };

/** Counts a run's pull requests from its events. */
export function foldPullFates(events: Iterable<JournalEvent>): PullFates {
  const fates = new Map<number, Fate>();
  for (const event of events) {
    if (!('task' in event) || event.task === null) continue;
    if (event.type === 'pull-request-done' && !fates.has(event.task))
      fates.set(event.task, { isMerged: false, isReworked: false, isJudged: false });
    const fate = fates.get(event.task);
    if (fate !== undefined) note(fate, event);
  }
  const all = [...fates.values()];
  return {
    opened: all.length,
    merged: all.filter(({ isMerged }) => isMerged).length,
    reworked: all.filter(({ isReworked }) => isReworked).length,
    judged: all.filter(({ isJudged }) => isJudged).length,
  };
}

function note(fate: Fate, event: JournalEvent): void {
  switch (event.type) {
    case 'merge-done':
    case 'task-merged':
      fate.isMerged = true;
      fate.isJudged = true;
      break;
    case 'attempt-intended':
    case 'head-seen':
    case 'resolve-done':
      fate.isReworked = true;
      fate.isJudged = true;
      break;
    case 'merge-left':
      // One that waits for another, or for an approval, is not at fault.
      fate.isReworked ||= event.reason === 'conflict' || event.reason === 'check-failed';
      fate.isJudged ||= fate.isReworked || event.reason === 'closed';
      break;
    default:
  }
}
