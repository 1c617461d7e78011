import type { TaskState } from './task-state.ts';

/** How often a task's agent was sent back to fix a check since the task was last begun: what a retry left behind is over. */
export function fixesOf({ attempts }: Pick<TaskState, 'attempts'>): number {
  const begun = attempts.findLastIndex(({ why }) => why === 'first' || why === 'retry');
  return attempts.slice(begun + 1).filter(({ why }) => why === 'fix-checks').length;
}
