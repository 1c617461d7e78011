import type { CoverageReading, WarningReading } from '../measurement.ts';
import { unreachable } from '../result.ts';
import { findClue } from './failure-clue.ts';

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
};

/** Whether a check speaks against the work that it ran on. */
export function isRed({ state, isRedOnBase = false }: CheckResult): boolean {
  return state !== 'passed' && !isRedOnBase;
}

/** Why a task did not succeed: a closed union, with what was seen. */
export type Failure =
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

/** The guide's type of a failure, from its reason and, for a check, from the evidence in its output. */
export function failureType(failure: Failure): FailureType {
  switch (failure.reason) {
    case 'no-commits':
    case 'out-of-scope':
    case 'agent-failed':
      return 'UNKNOWN';
    case 'timed-out':
    case 'stalled':
      return 'TIMEOUT';
    case 'check-failed':
      return checkFailureType(failure.check);
    case 'conflicted':
      return 'FILE_CONFLICT';
    case 'provider-limited':
    case 'unauthenticated':
    case 'forge-error':
      return 'API_ERROR';
    case 'not-started':
    case 'setup-failed':
    case 'out-of-resources':
    case 'over-budget':
      return 'RESOURCE_ERROR';
    case 'invalid':
    case 'turned-down':
      return 'VALIDATION_ERROR';
    default:
      return unreachable(failure);
  }
}

/** Checks that judge the source without running it. */
const staticCheck = /\b(?:build|compile|typecheck|types|tsc|lint|format)\b/u;

function checkFailureType(check: CheckResult): FailureType {
  if (check.state === 'timed-out') return 'TEST_TIMEOUT';
  const { kind } = findClue(check.excerpt);
  switch (kind) {
    case 'missing-module':
    case 'missing-export':
      return 'IMPORT_CONFLICT';
    case 'compile-error':
      return 'BUILD_ERROR';
    case 'test-timeout':
      return 'TEST_TIMEOUT';
    default:
      return staticCheck.test(check.name) ? 'BUILD_ERROR' : 'TEST_FAILURE';
  }
}
