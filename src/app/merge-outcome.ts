import type { UnionVerdict } from '../model/merge/union.ts';
import type { TrainState } from '../model/merge/train.ts';
import type { RunState } from '../model/state/run-state.ts';
/** What came of merging a run's pull requests. */
export type MergeOutcome =
  /** Nobody agreed to it. */
  | { readonly kind: 'declined' }
  /** The user stopped it; the same request continues it. */
  | { readonly kind: 'stopped' }
  | {
      readonly kind: 'over';
      readonly state: RunState;
      readonly train: TrainState | null;
      readonly verdict: UnionVerdict | null;
      /** The base as it is now. */
      readonly sha: string;
    };
