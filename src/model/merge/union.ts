import type { CheckResult } from '../failure/failure.ts';
import type { ConflictedFile } from './conflict.ts';

/** A finished task's branch, as merging sees it. */
export type FinishedBranch = {
  readonly task: number;
  /** Its verified commit. */
  readonly head: string;
  /** Tasks that must be merged before it: those that it depends on, and the one that its branch is stacked on. */
  readonly after: readonly number[];
};

/** A branch that does not merge with those before it. */
export type LeftBranch = {
  readonly task: number;
  readonly reason: 'conflict' | 'needs';
  /** The tasks that it conflicts with, or that it needs and that are left themselves. */
  readonly with: readonly number[];
  /** Whether it conflicts with the base, no matter what else is merged. */
  readonly isWithBase: boolean;
  readonly files: readonly ConflictedFile[];
};

/** What all finished branches are together, before any is merged. */
export type UnionVerdict = {
  /** Read as a difference to the base: a check that is red there already says nothing. */
  readonly state: 'green' | 'red' | 'unknown';
  readonly base: string;
  /** Of all of it together; left out in old journals. */
  readonly tree?: string;
  /** The tasks in it, in the order in which they were merged. */
  readonly tasks: readonly number[];
  readonly left: readonly LeftBranch[];
  /** Names of checks that pass on the base and fail on the union. */
  readonly red: readonly string[];
  /** The smallest sets of tasks that are red together: usually pairs. Empty when none was found. */
  readonly culprits: readonly (readonly number[])[];
  /** Names of checks that failed and passed on the same commit. */
  readonly flaky: readonly string[];
  readonly checks: readonly CheckResult[];
  /** How often checks were run, and whether the search for culprits came to its end. */
  readonly runs: number;
  readonly isSearchComplete: boolean;
};
