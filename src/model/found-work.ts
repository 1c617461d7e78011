import type { TaskState } from './run-state.ts';

/** What was found on the forge of a task that an earlier run had published, and that this journal knows nothing of. */
export type FoundWork =
  /** A branch that nobody has merged or turned down: work continues from there. */
  | {
      readonly kind: 'open';
      readonly branch: string;
      /** The commit that the branch is at on the forge. */
      readonly head: string;
      /** Null: the branch has none yet. */
      readonly pullRequest: { readonly number: number; readonly url: string } | null;
      /** Whether it was made for another text of the task. */
      readonly isTextChanged: boolean;
    }
  | {
      readonly kind: 'merged';
      readonly pullRequest: { readonly number: number; readonly url: string };
    }
  /** The work there must neither be continued nor overwritten. The message says why, and how to continue. */
  | { readonly kind: 'refused'; readonly message: string };

/** What of it a task still has to do with. */
export type FoundState =
  | Exclude<FoundWork, { kind: 'merged' }>
  /** The user had it started from the base again: what is on the forge is replaced as long as it is at this commit. */
  | { readonly kind: 'dropped'; readonly head: string };

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
