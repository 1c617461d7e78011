import type { StepPolicy } from '../../services/execution-settings.ts';
import type { AttemptWhy } from '../../model/event/attempt-event.ts';
import { hasOpenPull } from '../../model/state/feedback.ts';
import { isRed, type CheckResult, type Failure } from '../../model/failure/failure.ts';
import type { Overreach } from '../../model/event/task-event.ts';
import { isLeftByPerson } from '../../model/state/attachment.ts';
import { foundBranch } from '../../model/state/found-state.ts';
import {
  hasSucceeded,
  isOver,
  wasCutShort,
  type AttemptState,
  type TaskState,
} from '../../model/state/task-state.ts';

/** What to do next for a task. */
export type Step =
  | { readonly kind: 'cancel' }
  | { readonly kind: 'skip' }
  | { readonly kind: 'block'; readonly by: number }
  /** It was to start from a branch that it does not need, and that will not come. */
  | { readonly kind: 'restack'; readonly without: number; readonly on: number | null }
  | { readonly kind: 'prepare' }
  /** What it stands on has moved since it was worked on: that is merged into its branch before anything else. */
  | { readonly kind: 'take-base'; readonly onto: string }
  | { readonly kind: 'set-up' }
  | { readonly kind: 'attempt'; readonly why: AttemptWhy }
  /** An attempt was begun, by us or by an orchestrator before us, and its end is not known. */
  | { readonly kind: 'adopt'; readonly attempt: AttemptState }
  /** A person works in its session, or wants to. */
  | { readonly kind: 'make-way' }
  /** Its work collides with another's, which must be verified first. */
  | { readonly kind: 'wait'; readonly by: number }
  /** That one is verified: its branch is merged into the task's. */
  | { readonly kind: 'stack'; readonly on: number }
  | { readonly kind: 'verify' }
  | { readonly kind: 'publish' }
  | { readonly kind: 'retry' }
  | { readonly kind: 'fail'; readonly failure: Failure }
  | { readonly kind: 'over' };

/** A provider that answers this often with a limit will not accept us today. */
const mostLimitedAttempts = 8;

/**
 * Decides from what the journal knows, and from nothing else, so that a task continues at the same place no matter who asks:
 *
 *   prepare ─▶ set-up ─▶ attempt ─▶ (adopt) ─▶ verify ─▶ publish ─▶ over
 *                          ▲  ▲ ▲        │       │ │
 *        wait ─▶ stack ────┘  │ └────────┼───────┘ └─▶ fail
 *         ▲                   │      fix-checks, fix-scope
 *         └─── held ◀─────────┼──────────┤
 *                             └─ retry ◀─┘ not its own fault
 *
 * `below` is the task whose branch it starts from, unless that one comes to nothing and is not needed (restack); `holder` the one that it waits for, while that takes part.
 * A branch that an earlier run had published goes from `set-up` to `verify`; an agent comes when its checks are red.
 * A retry goes from `prepare` to `take-base` where its ground has moved, and from `set-up` to `verify` where only its
 * checks had failed: an agent comes when they still do.
 * While a person works in the task's session, or wants to, nothing of this goes on (make-way), but what is verified is published;
 * when they leave, an agent continues.
 * A pull request that comes back begins a new round at `attempt`, in a workspace that is made again when it is gone.
 */
export function nextStep(
  task: TaskState,
  policy: StepPolicy,
  neighbours: StepNeighbours = { below: null, holder: null, ground: null },
): Step {
  const { holder } = neighbours;
  const step = stepAlone(task, policy, neighbours);
  if (step.kind !== 'attempt' || task.held === null || holder === null) return step;
  // Published work waits for no other task, and no other task waits for its fixes.
  if (task.feedback.returned !== null || holder.feedback.returned !== null) return step;
  if (!isOver(holder)) return { kind: 'wait', by: holder.ordinal };
  const isToStack = task.held.how === 'stack' && task.stackedOn?.on !== holder.ordinal;
  return isToStack && holder.status === 'completed' ? { kind: 'stack', on: holder.ordinal } : step;
}

/** The tasks that have to do with a task's next step. */
export type StepNeighbours = {
  readonly below: TaskState | null;
  /** Whether it needs what that one makes; left out: it does not. */
  readonly isBelowNeeded?: boolean;
  /** The task whose branch that one was to start from; left out, or null: the base. */
  readonly underBelow?: number | null;
  readonly holder: TaskState | null;
  /** The commit that its work would begin after now; null where that is not known. */
  readonly ground: string | null;
};

function stepAlone(task: TaskState, policy: StepPolicy, neighbours: StepNeighbours): Step {
  const { below, ground } = neighbours;
  if (isOver(task)) return { kind: 'over' };
  const round = task.attempts.slice(task.attemptsBefore);
  const last = round.at(-1);
  // First what runs: its state must be known, and it must end, before anything else is decided.
  if (last !== undefined && last.result === null) return { kind: 'adopt', attempt: last };
  if (task.isCancelRequested) return { kind: 'cancel' };
  if (task.isSkipRequested) return { kind: 'skip' };
  if (task.found?.kind === 'refused')
    return { kind: 'fail', failure: { reason: 'turned-down', message: task.found.message } };
  if (task.isVerified) return { kind: 'publish' };
  if (task.attached !== null) return { kind: 'make-way' };
  if (task.workspace?.state !== 'ready') {
    // Its branch starts from that of the task below it in the stack, or not at all.
    const hasGround = below === null || hasSucceeded(below) || hasOpenPull(below);
    if (!hasGround && task.feedback.returned === null) {
      const isLost = isOver(below) || below.status === 'blocked';
      if (isLost && neighbours.isBelowNeeded !== true)
        return { kind: 'restack', without: below.ordinal, on: neighbours.underBelow ?? null };
      return task.status === 'blocked' ? { kind: 'over' } : { kind: 'block', by: below.ordinal };
    }
    return { kind: 'prepare' };
  }
  if (last === undefined && ground !== null && isGroundMoved(task, ground))
    return hasWorked(task) ? { kind: 'take-base', onto: ground } : { kind: 'prepare' };
  if (policy.hasSetup && task.workspace.setup === null) return { kind: 'set-up' };
  if (task.workspace.setup !== null && task.workspace.setup.state !== 'passed')
    return { kind: 'fail', failure: setupFailure(task.workspace.setup) };
  return last === undefined
    ? beforeAttempts(task, policy)
    : afterAttempt(task, round, last, policy);
}

/** What an earlier run published is checked before any agent is paid for it. */
function beforeAttempts(task: TaskState, policy: StepPolicy): Step {
  if (hasOnlyFailedChecks(task)) {
    if (task.overreach !== null) return { kind: 'attempt', why: 'fix-scope' };
    return task.checks.some(isRed) ? { kind: 'attempt', why: 'retry' } : { kind: 'verify' };
  }
  if (!isToBeChecked(task))
    return { kind: 'attempt', why: task.lastFailure === null ? whyFirst(task) : 'retry' };
  if (task.overreach?.attempt === 0) return { kind: 'attempt', why: 'fix-scope' };
  const red = task.checks.find(isRed);
  if (red === undefined) return { kind: 'verify' };
  return policy.checkFixes > 0 ? { kind: 'attempt', why: 'fix-checks' } : failedCheck(red, [], '');
}

/** A retry of what was checked, and is at fault itself, is for an agent; so is what was made for another text. */
function isToBeChecked({ feedback, lastFailure, ...task }: TaskState): boolean {
  const found = foundBranch(task);
  if (found === null || found.isTextChanged || feedback.returned !== null) return false;
  return lastFailure === null || !faultsOfWork.has(lastFailure.reason);
}

/** Whether a task's work began after another commit than it would today. What is published keeps its ground. */
function isGroundMoved({ workspace, feedback, found }: TaskState, ground: string): boolean {
  return feedback.returned === null && found === null && workspace?.baseSha !== ground;
}

/** Whether an agent was at work in a task's workspace. */
function hasWorked({ attempts, workspaceSince }: TaskState): boolean {
  return attempts.length > workspaceSince;
}

/**
 * Whether a retry's work was finished as far as its agent knew, so that it is looked at again before any agent is paid:
 * the base may have what it lacked.
 */
function hasOnlyFailedChecks(task: TaskState): boolean {
  const { lastFailure, commits, feedback, takenBase } = task;
  const isChecked =
    lastFailure?.reason === 'check-failed' || lastFailure?.reason === 'out-of-scope';
  const isWhole = (takenBase?.files ?? []).length === 0;
  return (
    isChecked && isWhole && hasWorked(task) && commits.length > 0 && feedback.returned === null
  );
}

const faultsOfWork: ReadonlySet<Failure['reason']> = new Set<Failure['reason']>([
  ...(['no-commits', 'out-of-scope', 'check-failed', 'conflicted', 'invalid'] as const),
  ...(['agent-failed', 'timed-out', 'stalled'] as const),
]);

/** What the first attempt of a round is for. */
function whyFirst({ feedback }: TaskState): AttemptWhy {
  if (feedback.returned === null) return 'first';
  return feedback.returned.why === 'ci' ? 'fix-ci' : 'address';
}

function afterAttempt(
  task: TaskState,
  round: readonly AttemptState[],
  last: AttemptState,
  policy: StepPolicy,
): Step {
  const { result, failure } = last;
  // What was done for the merge train belongs to no round of the task's own.
  const again = last.why === 'resolve' ? 'retry' : last.why;
  if (wasCutShort(result) || isLeftByPerson(task)) return { kind: 'attempt', why: again };
  // It never began, and nobody is to blame: the orchestrator died in between.
  if (result?.kind === 'not-started' && failure === null) return { kind: 'attempt', why: again };
  if (failure?.reason === 'provider-limited') {
    const limited = round.filter(
      (attempt) => attempt.failure?.reason === 'provider-limited',
    ).length;
    return limited < mostLimitedAttempts
      ? { kind: 'attempt', why: 'retry' }
      : { kind: 'fail', failure };
  }
  if (failure !== null) {
    const mayRetry = !isOwnFault(last) && task.automaticRetries < policy.automaticRetries;
    if (mayRetry) return { kind: 'retry' };
    // The agent gave up on a check: what is wrong is still the check.
    if (last.why === 'fix-scope' && failure.reason === 'agent-failed' && task.overreach !== null)
      return outOfScope(task.overreach, failure.message);
    const isGivenUp = last.fixes !== null && failure.reason === 'agent-failed';
    return isGivenUp ? failedCheck(last.fixes, round, failure.message) : { kind: 'fail', failure };
  }
  if (task.overreach?.attempt === last.attempt)
    return round.some(({ why }) => why === 'fix-scope')
      ? outOfScope(task.overreach, '')
      : { kind: 'attempt', why: 'fix-scope' };
  const red = task.checks.find(isRed);
  if (red === undefined) return { kind: 'verify' };
  const fixes = round.filter(({ why }) => why === 'fix-checks').length;
  const isStuck = last.head === headBefore(task, round, last);
  if (fixes < policy.checkFixes && !isStuck) return { kind: 'attempt', why: 'fix-checks' };
  return failedCheck(red, round, isStuck ? 'the agent changed nothing more' : '');
}

/** What the branch was at before the newest attempt tried to fix it; undefined when that was not its purpose. */
function headBefore(
  task: TaskState,
  round: readonly AttemptState[],
  last: AttemptState,
): string | null | undefined {
  if (round.length > 1) return round.at(-2)?.head;
  return last.why === 'fix-checks' ? foundBranch(task)?.head : undefined;
}

/** Its agent was shown once which files are not its own. */
function outOfScope({ message, files }: Overreach, why: string): Step {
  const failure: Failure = {
    reason: 'out-of-scope',
    message: `${message}${why === '' ? '' : `; ${why}`}`,
    files: files.map(({ path }) => path),
  };
  return { kind: 'fail', failure };
}

function failedCheck(check: CheckResult, round: readonly AttemptState[], why: string): Step {
  const fixes = round.filter((attempt) => attempt.why === 'fix-checks').length;
  const how =
    check.state === 'timed-out' ? 'timed out' : `failed (exit code ${check.exitCode ?? 'none'})`;
  const tries = fixes === 0 ? '' : ` after ${fixes} ${fixes === 1 ? 'fix' : 'fixes'}`;
  const message = `${check.command} ${how}${tries}${why === '' ? '' : `; ${why}`}`;
  return { kind: 'fail', failure: { reason: 'check-failed', message, check } };
}

/** Whether trying again at once could not change it: only what happened to an agent, not what it did, is retried. */
function isOwnFault({ result, failure }: AttemptState): boolean {
  return (
    result?.kind !== 'lost' && failure?.reason !== 'stalled' && failure?.reason !== 'forge-error'
  );
}

/** Why a task whose workspace could not be set up has failed. */
export function setupFailure(setup: CheckResult): Failure {
  const how = setup.state === 'timed-out' ? 'timed out' : 'failed';
  const lastLine = setup.excerpt.trimEnd().split('\n').at(-1)?.trim() || 'it printed nothing';
  const message = `The setup command ${setup.command} ${how}: ${lastLine}`;
  return { reason: 'setup-failed', message, log: setup.log };
}
