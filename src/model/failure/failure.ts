import type { CoverageReading, WarningReading } from '../measurement.ts';
import type { Clue, ClueKind, MissingModule } from './failure-clue.ts';

/** One check as we ran it. */
export type CheckResult = {
  /** Short and stable: `test`, `lint`, or the command itself when it was given by hand. */
  readonly name: string;
  readonly command: string;
  readonly state: 'passed' | 'failed' | 'timed-out' | 'not-started';
  /** Null when a signal or the time limit ended it. */
  readonly exitCode: number | null;
  readonly durationMs: number;
  /** The file that holds its whole output. */
  readonly log: string;
  /** The last lines of its output, at most 4,000 characters. */
  readonly excerpt: string;
  /** It is red on the base, too, and the user accepted that: no task has to make it pass. */
  readonly isRedOnBase?: boolean;
  /** What reports that this run of it wrote say of coverage; absent where nobody asked for it, and in old journals. */
  readonly coverage?: readonly CoverageReading[];
  /** What tools in its output say of warnings; absent where none does, and in old journals. */
  readonly warnings?: readonly WarningReading[];
  /** What its output was read as when it was recorded; absent where it passed, and in old journals. */
  readonly clue?: Clue;
};

/** Whether a check speaks against the work that it ran on. */
export function isRed({ state, isRedOnBase = false }: CheckResult): boolean {
  return state !== 'passed' && !isRedOnBase;
}

/** Why a task did not succeed: with what was seen, and what that was read as when it was recorded. */
export type Failure = SeenFailure & {
  /** Absent before it is recorded, and in old journals. */
  readonly diagnosis?: FailureDiagnosis;
};

/** A closed union. */
type SeenFailure =
  | { readonly reason: 'no-commits'; readonly message: string }
  | { readonly reason: 'out-of-scope'; readonly message: string; readonly files: readonly string[] }
  | { readonly reason: 'agent-failed'; readonly message: string }
  | { readonly reason: 'timed-out'; readonly message: string; readonly limitSeconds: number }
  | { readonly reason: 'stalled'; readonly message: string; readonly silentSeconds: number }
  | { readonly reason: 'check-failed'; readonly message: string; readonly check: CheckResult }
  | { readonly reason: 'conflicted'; readonly message: string; readonly files: readonly string[] }
  | { readonly reason: 'provider-limited'; readonly message: string; readonly resetsAt?: string }
  | { readonly reason: 'unauthenticated'; readonly message: string }
  | { readonly reason: 'forge-error'; readonly message: string }
  /** People turned down what is published of it, or what is there is theirs. */
  | { readonly reason: 'turned-down'; readonly message: string }
  | { readonly reason: 'not-started'; readonly message: string }
  | { readonly reason: 'setup-failed'; readonly message: string; readonly log: string }
  | { readonly reason: 'out-of-resources'; readonly message: string }
  | { readonly reason: 'over-budget'; readonly message: string }
  | { readonly reason: 'invalid'; readonly message: string };

export type FailureReason = Failure['reason'];

/** The types that the user guide's status files carry in `error`. */
export type FailureType =
  | 'IMPORT_CONFLICT'
  | 'TEST_FAILURE'
  | 'TEST_TIMEOUT'
  | 'BUILD_ERROR'
  | 'FILE_CONFLICT'
  | 'API_ERROR'
  | 'TIMEOUT'
  | 'VALIDATION_ERROR'
  | 'RESOURCE_ERROR'
  | 'UNKNOWN';

/**
 * What a failure's words and output were read as when it happened. It stands in the event, so that an old journal means
 * the same to every later version.
 */
export type FailureDiagnosis = {
  readonly type: FailureType;
  readonly kind: ClueKind;
  /** The telling line of the log, at most 300 characters; null: the failure's message says all that there is. */
  readonly line: string | null;
  readonly missing: MissingModule | null;
  /** The same for the same failure, no matter which task met it, and when. */
  readonly fingerprint: string;
};
