import type { TaskState, FoundState } from './task-state.ts';

/** Published work that a task continues from; null for one that begins from the base. */
export function foundBranch({
  found,
}: Pick<TaskState, 'found'>): Extract<FoundState, { kind: 'open' }> | null {
  return found?.kind === 'open' ? found : null;
}

/** Whether what is published of a task is what was found, and no agent of this run has had to do with it. */
export function isAsFound(task: Pick<TaskState, 'found' | 'attempts'>): boolean {
  return foundBranch(task) !== null && task.attempts.length === 0;
}
