import type { ChangedGround } from './check-ground.ts';
import type { Check } from './check.ts';
/** The checks as they were at the commit that the run began with. */
export type OriginalChecks = {
  readonly first: string;
  readonly checks: readonly Check[];
  /** What of the ground they stood on is another at a later base; null when nothing is. */
  readonly groundAt: (base: string) => Promise<ChangedGround | null>;
};
