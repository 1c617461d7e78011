import type { BareClone } from '../git/bare-clone.ts';
import type { MergeMethod } from '../git/combine-commits.ts';
import type { GitIdentity } from '../git/git.ts';
import type { FailedCheck } from './pull-report.ts';

/** How a pull request stands now, for those who merge it. */
export type PullRequestState = {
  readonly state: 'open' | 'merged' | 'closed';
  /** The commit that its branch is at. */
  readonly head: string;
  /** The branch that it goes into, or was merged into. */
  readonly base: string;
  /** The commit in the base that it was merged as; null while it is not. */
  readonly mergedAs: string | null;
  /** Who merged it, where the forge knows people. */
  readonly mergedBy: string | null;
  readonly isApproved: boolean;
  /** The commits that approvals were given for; left out if the forge does not say. */
  readonly approvedAt?: readonly string[];
};

export type ReadyParams = {
  readonly number: number;
  /** The branch that it will be merged into. */
  readonly into: string;
};

export type FetchParams = {
  readonly into: BareClone;
  readonly branch: string;
  readonly to: string;
};

export type MergeParams = {
  readonly number: number;
  readonly method: MergeMethod;
  /** The commit that was checked. */
  readonly head: string;
  /** The commit of the base that it was checked on. */
  readonly base: string;
  /** Author of the commit, where the forge does not know that itself. */
  readonly identity: GitIdentity;
  /** Aborted when the forge is no longer waited for. */
  readonly signal?: AbortSignal;
};

export type MergeAnswer =
  | {
      readonly kind: 'merged';
      readonly sha: string;
      /** How it was merged, where the forge does not do what was asked for. */
      readonly method?: MergeMethod;
    }
  /** Nobody waits any more: the next look shows whether it is merged. */
  | { readonly kind: 'stopped' }
  | {
      readonly kind: 'refused';
      readonly why: MergeRefusal;
      readonly message: string;
      /** The checks of the forge's that are red on it, where that is why. */
      readonly failed?: readonly FailedCheck[];
    };

/** Why a forge does not merge: `late` means that what it requires did not come in time. */
export type MergeRefusal =
  | 'head-moved'
  | 'base-moved'
  | 'conflict'
  | 'closed'
  | 'check-failed'
  | 'not-approved'
  | 'late'
  | 'not-allowed';

export type PullsParams = { readonly numbers: readonly number[]; readonly into: string };

export type TickParams = { readonly number: number; readonly items: readonly IssueItem[] };

/** A checklist's item as its author wrote it: the line that it was on, and its words. */
export type IssueItem = {
  /** 1-based, in the text that the issue was read from. */
  readonly line: number;
  readonly title: string;
};

export type BranchParams = {
  /** The merged pull request. */
  readonly number: number;
  /** The base that it was merged into: stacked pull requests of ours go there before the branch goes. */
  readonly into: string;
  /** Pull requests of the same run. */
  readonly ours: readonly number[];
};
