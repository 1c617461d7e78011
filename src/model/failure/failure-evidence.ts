import type { RunState } from '../state/run-state.ts';
import type { TaskState } from '../state/task-state.ts';
import { findClue, findMessageClue, type Clue, type ClueKind } from './failure-clue.ts';
import { failureType, type Failure, type FailureType } from './failure.ts';
import { fingerprintOf } from './failure-fingerprint.ts';
import {
  isTheModule,
  looksLikeProject,
  modulePath,
  moduleStem,
  packageName,
  type MissingModule,
} from './failure-module.ts';

/** What a failure's own words and output come to. */
export type FailureEvidence = {
  readonly type: FailureType;
  readonly kind: ClueKind;
  /** The missing module: its path in the repository for one of the project's own, otherwise the name of the package. */
  readonly module: string | null;
  readonly missing: MissingModule | null;
  /** Whether the missing module is one that the project itself should hold. */
  readonly isProjectModule: boolean;
  /** The same for the same failure, no matter which task met it; independent of the context. */
  readonly fingerprint: string;
  /** Whether it lies in the environment of the work, so that other tasks would meet it too. */
  readonly isEnvironmental: boolean;
  /** The telling line of the log, or of the message where there is no log. Not redacted. */
  readonly line: string;
};

/** What is known besides the failure. */
export type EvidenceContext = {
  /** Output beyond the failure's own, such as the setup's. */
  readonly output: string | null;
  /** The workspace's absolute path. */
  readonly root: string | null;
  /** Files that the run's tasks create or touch: a missing module among them is the project's own. */
  readonly paths: readonly string[];
};

const noContext: EvidenceContext = { output: null, root: null, paths: [] };

/** Reads a failure: its type, what it is about, and how to know it again. */
export function evidenceOf(
  failure: Failure,
  context: EvidenceContext = noContext,
): FailureEvidence {
  const { missing, ...clue } = clueOf(failure, context);
  const isProjectModule = missing !== null && isOfProject(missing, context);
  return {
    type: failureType(failure),
    kind: clue.kind,
    missing,
    module: missing && (isProjectModule ? modulePath(missing, context.root) : packageName(missing)),
    isProjectModule,
    fingerprint: fingerprintOf({
      reason: failure.reason,
      kind: clue.kind,
      subject: subjectOf(clue, missing),
    }),
    isEnvironmental: isOfEnvironment(failure, clue.kind, isProjectModule),
    line: clue.line,
  };
}

/** The evidence of a task's failure, with all that its run knows; null when it has none. */
export function evidenceOfTask(state: RunState, task: TaskState): FailureEvidence | null {
  return task.failure && evidenceOf(task.failure, contextOf(state, task));
}

/** What a run knows besides a task's failure. */
export function contextOf(state: RunState, task: TaskState): EvidenceContext {
  const planned =
    state.plan?.tasks.flatMap(({ footprint }) => footprint.map(({ path }) => path)) ?? [];
  const touched = state.tasks.flatMap(({ files }) => files.map(({ path }) => path));
  return {
    output:
      task.failure?.reason === 'setup-failed' ? (task.workspace?.setup?.excerpt ?? null) : null,
    root: task.workspace?.path ?? null,
    paths: [...planned, ...touched],
  };
}

function clueOf(failure: Failure, context: EvidenceContext): Clue {
  switch (failure.reason) {
    case 'check-failed':
      return checkClue(failure.check);
    case 'setup-failed': {
      const clue = findClue(context.output ?? failure.message);
      return clue.kind === 'other' ? findClue(failure.message) : clue;
    }
    case 'provider-limited':
      return { kind: 'rate-limited', line: failure.message, subject: '', missing: null };
    case 'unauthenticated':
      return { kind: 'credentials', line: failure.message, subject: '', missing: null };
    case 'agent-failed':
    case 'forge-error':
    case 'not-started':
    case 'out-of-resources':
      return findMessageClue(failure.message);
    default:
      return { kind: 'other', line: failure.message, subject: '', missing: null };
  }
}

function checkClue(check: Extract<Failure, { reason: 'check-failed' }>['check']): Clue {
  const clue = findClue(check.excerpt);
  if (check.state === 'timed-out')
    return { ...clue, kind: 'test-timeout', subject: check.name, missing: null };
  const isKilled =
    check.exitCode === 137 && (clue.kind === 'other' || clue.kind === 'test-failure');
  return isKilled ? { ...clue, kind: 'out-of-memory', subject: '' } : clue;
}

function subjectOf(clue: Omit<Clue, 'missing'>, missing: MissingModule | null): string {
  if (missing === null) return clue.subject ?? clue.line;
  if (!looksLikeProject(missing)) return packageName(missing);
  // The last two parts: they are the same whether or not the workspace's place is known.
  return moduleStem(modulePath(missing, null)).split('/').slice(-2).join(' ');
}

function isOfProject(missing: MissingModule, { paths, root }: EvidenceContext): boolean {
  return looksLikeProject(missing) || paths.some((path) => isTheModule(missing, path, root));
}

/** Kinds that the work itself cannot bring about, or hardly. */
const environmentKinds = new Set<ClueKind>([
  'command-not-found',
  'disk-full',
  'out-of-memory',
  'too-many-files',
  'port-in-use',
  'permission',
  'network',
  'rate-limited',
  'credentials',
]);

function isOfEnvironment({ reason }: Failure, kind: ClueKind, isProjectModule: boolean): boolean {
  switch (reason) {
    case 'not-started':
    case 'setup-failed':
    case 'unauthenticated':
    case 'provider-limited':
    case 'out-of-resources':
    case 'forge-error':
      return true;
    case 'check-failed':
    case 'agent-failed':
      return environmentKinds.has(kind) || (kind === 'missing-module' && !isProjectModule);
    case 'no-commits':
    case 'out-of-scope':
    case 'timed-out':
    case 'stalled':
    case 'conflicted':
    case 'over-budget':
    case 'turned-down':
    case 'invalid':
      return false;
  }
}
