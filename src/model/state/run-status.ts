import { unreachable } from '../result.ts';
import { isOver, type TaskState } from './task-state.ts';
import { reachedTasks, type RunState } from './run-state.ts';

/** What a run is, as scripts see it. */
export type RunStatus =
  | 'planning'
  | 'running'
  | 'paused'
  | 'awaiting-merge'
  | 'succeeded'
  | 'partial'
  | 'failed'
  | 'cancelled'
  | 'interrupted';

/** How many of a run's tasks are where. */
export type TaskCounts = {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly open: number;
};

/**
 * Whether the run leaves the task out: somebody skipped it, or nobody chose it (the newest start was for others, by
 * `--tasks`, and none before it came to this one). Such a task says nothing about how the run went.
 */
export function isLeftOut({ only }: Pick<RunState, 'only'>, task: TaskState): boolean {
  if (task.status === 'skipped') return true;
  const isChosen = only?.includes(task.ordinal) ?? true;
  return !isChosen && task.status === 'queued' && task.attempts.length === 0;
}

/**
 * Counts the tasks that were not left out; completed and merged ones have succeeded, failed, blocked and cancelled
 * ones have not.
 */
export function countTasks(state: Pick<RunState, 'tasks' | 'only'>): TaskCounts {
  const tasks = state.tasks.filter((task) => !isLeftOut(state, task));
  const succeeded = tasks.filter(
    ({ status }) => status === 'completed' || status === 'merged',
  ).length;
  const open = tasks.filter(({ status }) => status === 'queued' || status === 'running').length;
  return { total: tasks.length, succeeded, failed: tasks.length - succeeded - open, open };
}

/**
 * The state of a run. The journal cannot say whether its orchestrator is still there, so the caller says what it saw.
 */
export function runStatus(state: RunState, isOrchestratorAlive: boolean): RunStatus {
  if (state.ended === null) {
    if (!isOrchestratorAlive) return 'interrupted';
    if (state.plan === null) return 'planning';
    return state.pause === null && !state.isPauseAsked ? 'running' : 'paused';
  }
  switch (state.ended) {
    case 'cancelled':
      return 'cancelled';
    case 'interrupted':
    case 'timed-out':
      return 'interrupted';
    case 'awaiting-merge':
      // What was waited for may have come since, from elsewhere.
      return state.tasks.every((task) => isMerged(task) || task.status === 'skipped')
        ? 'succeeded'
        : 'awaiting-merge';
    case 'finished':
      return finishedStatus(state);
    case 'refused':
      return 'failed';
    default:
      return unreachable(state.ended);
  }
}

function finishedStatus(state: RunState): RunStatus {
  const { total, succeeded } = countTasks({ ...state, tasks: reachedTasks(state) });
  if (succeeded === total) return 'succeeded';
  return succeeded * 100 >= total * state.settings.successThresholdPercent ? 'partial' : 'failed';
}

/** Exit codes of `orchestrate`, as scripts rely on them. */
export const exitCodes = {
  succeeded: 0,
  partial: 1,
  failed: 2,
  parse: 3,
  validation: 4,
  forge: 5,
  runTimedOut: 6,
  resources: 7,
  notStarted: 8,
  other: 9,
  usage: 64,
  interrupted: 130,
} as const;

/** The exit code that says how a run stands. */
export function runExitCode(state: RunState): number {
  if (state.ended === 'timed-out') return exitCodes.runTimedOut;
  if (state.ended === 'refused') return exitCodes.validation;
  const status = runStatus(state, false);
  switch (status) {
    case 'succeeded':
      return exitCodes.succeeded;
    case 'awaiting-merge':
      return awaitingExitCode(state);
    case 'partial':
      return exitCodes.partial;
    case 'failed':
      return couldNoneStart(state) ? exitCodes.notStarted : exitCodes.failed;
    case 'interrupted':
      return waitedForForge(state) ? exitCodes.forge : exitCodes.interrupted;
    case 'cancelled':
      return exitCodes.interrupted;
    case 'planning':
    case 'running':
    case 'paused':
      return exitCodes.other;
    default:
      return unreachable(status);
  }
}

/** Waiting for people is no failure. What merging had to leave, or could not get to, is one. */
function awaitingExitCode(state: RunState): number {
  if ((state.settings.merge ?? 'never') === 'never') return exitCodes.succeeded;
  const reached = reachedTasks(state).filter((task) => !isLeftOut(state, task));
  const merged = reached.filter(isMerged).length;
  if (state.unexpected.length > 0 && merged === 0) return exitCodes.other;
  if (!reached.some(isStuck)) return exitCodes.succeeded;
  const isEnough = merged * 100 >= reached.length * state.settings.successThresholdPercent;
  return isEnough ? exitCodes.partial : exitCodes.failed;
}

function isMerged({ status }: TaskState): boolean {
  return status === 'merged';
}

/** Whether a merge train left it for a reason of its own, and not because people have yet to approve. */
export function isStuck({ status, left }: TaskState): boolean {
  const isWaiting = left?.reason === 'not-approved' || left?.reason === 'needs';
  return status === 'completed' && left !== null && !isWaiting;
}

/** Nobody interrupted it, and no edit of the issue held tasks back: what is open waited for the forge in vain. */
function waitedForForge({ ended, drain, tasks, findings }: RunState): boolean {
  if (ended !== 'interrupted' || drain !== 'none') return false;
  const isToPublish = tasks.some((task) => task.isVerified && !isOver(task));
  return isToPublish || !findings.some(({ kind }) => kind === 'issue-edited');
}

/** No agent could be started: the program is missing or has no credentials, and so every task that was tried failed. */
function couldNoneStart(state: RunState): boolean {
  const failed = state.tasks.filter(({ status }) => status === 'failed');
  const reasons = ['not-started', 'unauthenticated'];
  return (
    failed.length > 0 &&
    countTasks(state).succeeded === 0 &&
    failed.every(({ failure }) => failure !== null && reasons.includes(failure.reason))
  );
}
