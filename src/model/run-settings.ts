import type { ConflictPolicy } from './conflict.ts';
import type { StackMode } from './plan.ts';
import type { TrainPolicy } from './train.ts';

/** Whether a run goes on to merging by itself, and what it then requires of a pull request. */
export type MergeChoice = 'never' | TrainPolicy;

/** The parts of a run's options that outlive the command line that gave them. */
export type RunSettings = {
  readonly agent: string;
  readonly model: string | null;
  readonly maxWorkers: number;
  readonly timeoutSeconds: number;
  readonly stallSeconds: number;
  readonly checkTimeoutSeconds: number;
  readonly successThresholdPercent: number;
  readonly isOutOfScopeAllowed: boolean;
  /** Absent in journals from before runs could merge. */
  readonly merge?: MergeChoice;
  /** Whether merged changes to what the checks are count alone from now on; absent: no. */
  readonly areCheckChangesAccepted?: boolean;
  readonly given: GivenFlags;
};

/**
 * What the command line itself gave, so that the run can be started again in the same way: what comes from the
 * environment or the configuration is there the next time, too. Null or empty: not given.
 */
export type GivenFlags = {
  readonly agent: string | null;
  readonly model: string | null;
  readonly maxWorkers: number | null;
  readonly timeoutSeconds: number | null;
  readonly stallSeconds: number | null;
  readonly checkTimeoutSeconds: number | null;
  readonly setup: string | null;
  readonly checks: readonly string[];
  readonly base: string | null;
  readonly sandbox: 'auto' | 'on' | 'off' | null;
  /** Names of variables, never their values. */
  readonly variables: readonly string[];
  readonly maxCostUsd: number | null;
  readonly maxTurns: number | null;
  readonly successThresholdPercent: number | null;
  readonly isOutOfScopeAllowed: boolean;
  readonly batchSize: number | null;
  /** Ordinals; empty: not divided by hand. */
  readonly batches: readonly (readonly number[])[];
  readonly stack: StackMode | null;
  /** Ordinals; absent in journals from before there was such a flag. */
  readonly independent?: readonly number[];
  /** Whether pull requests open as drafts; absent in journals from before there was such a flag. */
  readonly isDraft?: boolean;
  /** How often red checks send a pull request back; absent in journals from before there was such a flag. */
  readonly ciFixes?: number | null;
  /** Absent or null: not given. */
  readonly onConflict?: ConflictPolicy | null;
  readonly merge?: MergeChoice | null;
  readonly maxUnreviewed?: number | null;
  readonly soloControl?: number | null;
  readonly areCheckChangesAccepted?: boolean;
  /** Absent in journals from before it was noted, as are those below. */
  readonly runTimeoutSeconds?: number | null;
  readonly forge?: 'local' | 'github' | null;
  readonly reader?: 'off' | 'agent' | null;
};
