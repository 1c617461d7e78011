import type { ClueKind, MissingModule } from '../model/failure/failure-clue.ts';
import type { Failure, FailureType } from '../model/failure/failure.ts';
import type { RunState } from '../model/state/run-state.ts';
import type { TaskState } from '../model/state/task-state.ts';
import { diagnosisOf } from './diagnosis-of.ts';
import type { SetupOutput } from './read-failure.ts';
import { isTheModule, looksLikeProject, modulePath, packageName } from './log/missing-module.ts';

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
  /** The setup that it failed with, if it did. */
  readonly setup: SetupOutput | null;
  /** The workspace's absolute path. */
  readonly root: string | null;
  /** Files that the run's tasks create or touch: a missing module among them is the project's own. */
  readonly paths: readonly string[];
};

const noContext: EvidenceContext = { setup: null, root: null, paths: [] };

/** Puts what a failure was read as together with what its run knows. */
export function evidenceOf(
  failure: Failure,
  context: EvidenceContext = noContext,
): FailureEvidence {
  const { type, kind, line, missing, fingerprint } = diagnosisOf(failure, context.setup);
  const isProjectModule = missing !== null && isOfProject(missing, context);
  return {
    ...{ type, kind, missing, fingerprint },
    module: missing && (isProjectModule ? modulePath(missing, context.root) : packageName(missing)),
    isProjectModule,
    isEnvironmental: isOfEnvironment(failure, kind, isProjectModule),
    line: line ?? failure.message,
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
    setup: task.failure?.reason === 'setup-failed' ? (task.workspace?.setup ?? null) : null,
    root: task.workspace?.path ?? null,
    paths: [...planned, ...touched],
  };
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
