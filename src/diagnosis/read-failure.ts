import type { Clue } from '../model/failure/failure-clue.ts';
import type {
  CheckResult,
  Failure,
  FailureDiagnosis,
  FailureType,
} from '../model/failure/failure.ts';
import { unreachable } from '../model/result.ts';
import { clueOf } from './clue-of.ts';
import { fingerprintOf } from './fingerprint.ts';
import { findClue, findMessageClue } from './log/find-clue.ts';
import { looksLikeProject, modulePath, moduleStem, packageName } from './log/missing-module.ts';

/** What is read of a setup. */
export type SetupOutput = Pick<CheckResult, 'excerpt' | 'clue'>;

/** What a log shows of a failure; without a line, its message says all. */
type Reading = Omit<Clue, 'line'> & { readonly line: string | null };

/** Classifies a failure by its words and its output. `setup` is what the setup printed, for one that failed in it. */
export function readFailure(failure: Failure, setup: SetupOutput | null): FailureDiagnosis {
  const clue = readingOf(failure, setup);
  const { kind, line, missing } = clue;
  const fingerprint = fingerprintOf({ reason: failure.reason, kind, subject: subjectOf(clue) });
  return { type: typeOf(failure), kind, line, missing, fingerprint };
}

function readingOf(failure: Failure, setup: SetupOutput | null): Reading {
  switch (failure.reason) {
    case 'check-failed':
      return checkReading(failure.check);
    case 'setup-failed': {
      const clue = setup === null ? findClue(failure.message) : clueOf(setup);
      return clue.kind === 'other' ? findClue(failure.message) : clue;
    }
    case 'provider-limited':
      return { kind: 'rate-limited', line: null, subject: '', missing: null };
    case 'unauthenticated':
      return { kind: 'credentials', line: null, subject: '', missing: null };
    case 'agent-failed':
    case 'forge-error':
    case 'not-started':
    case 'out-of-resources':
      return findMessageClue(failure.message);
    default:
      return { kind: 'other', line: null, subject: '', missing: null };
  }
}

function checkReading(check: CheckResult): Clue {
  const clue = clueOf(check);
  if (check.state === 'timed-out')
    return { ...clue, kind: 'test-timeout', subject: check.name, missing: null };
  const isKilled =
    check.exitCode === 137 && (clue.kind === 'other' || clue.kind === 'test-failure');
  return isKilled ? { ...clue, kind: 'out-of-memory', subject: '' } : clue;
}

function subjectOf({ missing, subject, line }: Reading): string {
  if (missing === null) return subject ?? line ?? '';
  if (!looksLikeProject(missing)) return packageName(missing);
  // The last two parts: they are the same whether or not the workspace's place is known.
  return moduleStem(modulePath(missing, null)).split('/').slice(-2).join(' ');
}

/** The guide's type of a failure, from its reason and, for a check, from the evidence in its output. */
function typeOf(failure: Failure): FailureType {
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
  const { kind } = clueOf(check);
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
