import { currentPhase, type RunState } from '../model/state/run-state.ts';
import { isOver } from '../model/state/task-state.ts';
import { isLeftOut } from '../model/state/run-status.ts';
import type { Services } from '../services/run-services.ts';

/** The tasks that were added to the run since it began, and that nobody has taken up yet. */
export type Newcomers = {
  /**
   * Says how they begin from now on, those that have waited for it, too; in place of what was said before. It gives false
   * for one that cannot begin now.
   */
  readonly beginBy: (begin: (ordinal: number) => boolean) => void;
  /** Whether there are any that may be worked on in the phase that the run has come to. */
  readonly areLeft: () => boolean;
};

/** Watches for tasks that are added while others are worked on: those of the phases that the run had reached may begin. */
export function watchNewcomers(
  { record }: Services<'record'>,
  ordinals: readonly number[],
): Newcomers {
  const taken = new Set(ordinals);
  const phase = currentPhase(record.state());
  let begin: (ordinal: number) => boolean = () => false;
  const upTo = (last: number): readonly number[] => {
    const state = record.state();
    return state.added.filter((ordinal) => !taken.has(ordinal) && isOpen(state, ordinal, last));
  };
  const take = (): void => {
    for (const ordinal of upTo(phase)) if (begin(ordinal)) taken.add(ordinal);
  };
  record.listen(({ type }) => {
    // Not at once: all listeners hear of one event before the next is written.
    if (type === 'tasks-added') queueMicrotask(take);
  });
  return {
    beginBy: (by) => {
      begin = by;
      take();
    },
    areLeft: () => upTo(currentPhase(record.state())).length > 0,
  };
}

function isOpen(state: RunState, ordinal: number, lastPhase: number): boolean {
  const task = state.tasks.find((one) => one.ordinal === ordinal);
  const planned = state.plan?.tasks.find((one) => one.ordinal === ordinal);
  if (task === undefined || planned === undefined || isOver(task)) return false;
  return planned.phase <= lastPhase && !isLeftOut(state, task);
}
