import type { Git } from '../../git/git.ts';
import type { ResolveReason } from '../../model/merge/train-car.ts';
import type { CarResolve, TrainState, CarState } from '../../model/merge/train.ts';

export type ResolveParams = {
  readonly train: TrainState;
  readonly car: CarState;
  readonly why: ResolveReason;
  /** The base's commit. */
  readonly base: string;
  /** Of a merge repository, which has all the commits. */
  readonly git: Git;
};

/** A resolution with what its steps need to know. */
export type Resolving = ResolveParams & {
  readonly begun: CarResolve;
  readonly workspace: string;
};

/** What came of asking. */
export type Resolution =
  | {
      readonly kind: 'resolved';
      readonly onto: string;
      readonly head: string;
      /** What the agent changed of what git had merged. */
      readonly files: readonly string[];
      /** What a reviewer should know of it. */
      readonly notes: readonly string[];
    }
  | { readonly kind: 'failed'; readonly message: string }
  /** The user ended it: the next train takes it up. */
  | { readonly kind: 'stopped' };
