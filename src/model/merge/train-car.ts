/** Why a branch stands where it does in the order of merging. */
export type PlaceReason =
  /** It needs these. */
  | { readonly kind: 'after'; readonly tasks: readonly number[] }
  /** These mention files that it changes. */
  | { readonly kind: 'foundation'; readonly tasks: readonly number[] }
  /** It goes first, and these will have to be reconciled with it. */
  | { readonly kind: 'before-conflicts'; readonly tasks: readonly number[] }
  /** It will have to be reconciled with these, or with the base. */
  | { readonly kind: 'reconcile'; readonly tasks: readonly number[]; readonly isWithBase: boolean }
  | { readonly kind: 'free' };

/** A pull request to merge, in its place. */
export type TrainCar = {
  readonly task: number;
  /** The pull request's number. */
  readonly number: number;
  readonly branch: string;
  /** The commit that was verified and pushed. */
  readonly head: string;
  /** Tasks that must be merged before it. */
  readonly after: readonly number[];
  readonly reasons: readonly PlaceReason[];
};

/** Why a pull request was not merged. */
export type LeaveReason =
  | 'conflict'
  | 'check-failed'
  /** It needs one that is left itself. */
  | 'needs'
  | 'closed'
  | 'not-approved'
  /** What the forge requires, a check or its queue, did not come in time. */
  | 'late'
  /** The base moved again and again while it was checked. */
  | 'base-moved'
  | 'refused';

/** Why an agent is asked for help: git cannot merge, or what it merged is red, here or on the forge. */
export type ResolveReason = 'conflict' | 'checks' | 'forge-checks';

/** What the train requires of a pull request before it merges it. */
export type TrainPolicy = 'verified' | 'approved';
