import type { Baseline } from '../../workspace/salvage/leftovers.ts';
import type { Failure } from '../../model/failure/failure.ts';
/** What verification says of an attempt's work. */
export type Verdict =
  | { readonly kind: 'verified' }
  /** The journal has the check, or the files; what follows from it is for the next step to say. */
  | { readonly kind: 'check-failed' | 'out-of-scope' }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'interrupted' };

export type VerifyParams = {
  readonly ordinal: number;
  /** 0: what an earlier run had published, before any attempt of this one. */
  readonly attempt: number;
  readonly workspace: string;
  readonly baseline: Baseline;
};
