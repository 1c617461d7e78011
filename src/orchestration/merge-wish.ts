import type { MergeChoice } from '../model/options/run-settings.ts';
import type { RunState } from '../model/state/run-state.ts';
import type { Services } from '../services/run-services.ts';

/** Whether a run merges by itself, and what then, as it was last asked to. */
export function mergeWish({ settings }: Pick<RunState, 'settings'>): MergeChoice {
  return settings.merge ?? 'never';
}

/** Ends merging when somebody pauses the run, or wants another policy: what is merged now is merged to its end. */
export type MergeHalts = {
  /** A signal for merging that begins now. */
  readonly next: () => AbortSignal;
};

/** With `isForTasks`, also when tasks are added: they are worked on first. */
export function watchMergeWish(
  { record }: Services<'record'>,
  { isForTasks = false }: { readonly isForTasks?: boolean } = {},
): MergeHalts {
  let halting = new AbortController();
  let begun = mergeWish(record.state());
  record.listen(({ type }, state) => {
    if (isForTasks && type === 'tasks-added') halting.abort();
    if (state.isPauseAsked || mergeWish(state) !== begun) halting.abort();
  });
  return {
    next: () => {
      halting = new AbortController();
      begun = mergeWish(record.state());
      return halting.signal;
    },
  };
}
