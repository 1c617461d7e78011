import type { AttemptResult, Stage } from '../event/attempt-event.ts';
import type { JournalEvent } from '../event/event.ts';
import { advanceAttachment } from './attachment.ts';
import { advanceControl } from './control.ts';
import {
  abandonReturn,
  completeReturn,
  returnTask,
  withCi,
  withPushedHead,
} from './fold-feedback.ts';
import { begunAsFound, withFoundWork } from './fold-found.ts';
import { retried } from './fold-retry.ts';
import {
  wasCutShort,
  canSkip,
  isOver,
  redCheck,
  type TaskState,
  type AttemptState,
  type WorkspaceState,
} from './task-state.ts';

/** How far a task is once it has reached a stage. Later stages never take progress back. */
const progressOf: Record<Stage, number> = {
  initializing: 0,
  analyzing: 10,
  planning: 20,
  implementation: 30,
  documenting: 60,
  testing: 70,
  fixing: 80,
  creating_pr: 90,
};

export type TaskEvent = Extract<JournalEvent, { task: number | null }>;

export function advanceTask(before: TaskState, event: TaskEvent): TaskState {
  const task: TaskState = { ...before, updatedAt: event.at };
  switch (event.type) {
    case 'work-found':
      return withFoundWork(task, event);
    case 'sub-issue-intended':
      return { ...task, unknown: [...task.unknown, 'sub-issue'] };
    case 'sub-issue-done':
      return {
        ...known(task, 'sub-issue'),
        issueNumber: event.number,
        issueUrl: event.url,
      };
    case 'workspace-intended':
      return {
        ...begunAsFound(task, event.at),
        unknown: [...task.unknown, 'workspace'],
        // A branch that came back is the agent's own: it may continue its session.
        workspaceSince: event.head === undefined ? task.attempts.length : task.workspaceSince,
        workspace: {
          path: event.path,
          branch: event.branch,
          baseSha: event.baseSha,
          state: 'intended',
          setup: null,
        },
      };
    case 'workspace-done':
      return { ...known(task, 'workspace'), workspace: withWorkspace(task, { state: 'ready' }) };
    case 'setup-ended':
      return { ...task, workspace: withWorkspace(task, { setup: event.result }) };
    case 'attempt-intended':
      return beginAttempt(task, event);
    case 'attempt-started':
      return withAttempt(task, event.attempt, { keeper: event.keeper });
    case 'session-opened':
      return active(
        withAttempt(task, event.attempt, { session: event.session, model: event.model }),
        event.at,
      );
    case 'stage-changed':
      return active(reachStage(task, event.stage), event.at, event.evidence);
    case 'activity-seen':
      return active(task, event.at, event.summary);
    case 'usage-reported':
      return active(
        withAttempt(task, event.attempt, {
          costUsd: event.costUsd,
          inputTokens: event.inputTokens,
          outputTokens: event.outputTokens,
        }),
        event.at,
      );
    case 'heartbeat':
    case 'attempt-stalled':
    case 'processes-left':
    case 'attempt-adopted':
    case 'question-asked':
    case 'questions-refused':
    case 'mailbox-failed':
      return task;
    case 'attempt-ended':
      return withAttempt(afterAttempt(known(task, 'attempt'), event.result), event.attempt, {
        result: event.result,
        claim: event.claim,
        failure: event.failure,
        endedAt: event.at,
      });
    case 'work-committed':
      return {
        ...withAttempt(task, event.attempt, { head: event.head }),
        // What was checked before was another head, or is checked again.
        checks: [],
        overreach: null,
        head: event.head,
        commits: event.commits,
        files: event.files,
        leftovers: [...new Set([...task.leftovers, ...event.leftovers])],
      };
    case 'check-ended':
      return { ...task, checks: [...task.checks, event.result] };
    case 'scope-exceeded': {
      const { attempt, message, files } = event;
      return { ...task, overreach: { attempt, message, files } };
    }
    case 'task-verified':
      return {
        ...task,
        isVerified: true,
        notes: event.notes,
        checkChanges: event.checkChanges ?? [],
        held: null,
      };
    case 'push-intended':
      return { ...task, unknown: [...task.unknown, 'push'] };
    case 'push-done':
      return withPushedHead(
        { ...known(task, 'push'), pushedHead: event.head },
        event.head,
        event.at,
      );
    case 'pull-request-intended':
      return { ...task, unknown: [...task.unknown, 'pull-request'] };
    case 'pull-request-done':
      return {
        ...known(task, 'pull-request'),
        pullRequest: { number: event.number, url: event.url, state: 'open' },
      };
    case 'task-completed':
      return {
        ...completeReturn(task),
        status: 'completed',
        progress: 100,
        failure: null,
        endedAt: event.at,
      };
    case 'task-failed':
      // A pull request that is open stays so, whatever became of its fixing.
      return task.feedback.returned === null
        ? { ...task, status: 'failed', failure: event.failure, endedAt: event.at }
        : abandonReturn(task, event.failure);
    case 'task-blocked':
      return { ...task, status: 'blocked', endedAt: event.at };
    case 'task-told': {
      const { text, by } = event;
      return { ...task, told: [...task.told, { text, by, after: task.attempts.length }] };
    }
    case 'attach-requested':
    case 'task-attached':
    case 'task-detached':
      return advanceAttachment(task, event);
    case 'task-held': {
      const { by, how, files } = event;
      return { ...task, held: { by, how, files }, heldBy: [...task.heldBy, by] };
    }
    case 'task-stacked':
      return {
        ...task,
        stackedOn: { on: event.on, files: event.files },
        workspace: withWorkspace(task, { baseSha: event.base }),
      };
    case 'task-restacked':
      return { ...task, restacked: { on: event.on } };
    case 'base-taken':
      return {
        ...task,
        takenBase: { files: event.files },
        workspace: withWorkspace(task, { baseSha: event.base, setup: null }),
      };
    case 'task-merged':
      return {
        ...task,
        status: 'merged',
        left: null,
        pullRequest: task.pullRequest && { ...task.pullRequest, state: 'merged' },
      };
    case 'task-cancelled':
      return task.feedback.returned === null
        ? { ...task, status: 'cancelled', attached: null, endedAt: event.at }
        : {
            ...abandonReturn(task, { reason: 'agent-failed', message: 'It was cancelled' }),
            attached: null,
          };
    case 'skip-requested':
      // One that began before this was read is at work: it stays.
      return canSkip(task) ? { ...task, isSkipRequested: true } : task;
    case 'task-skipped':
      return { ...task, status: 'skipped', isSkipRequested: false, held: null, endedAt: event.at };
    case 'ci-seen':
      return withCi(task, event);
    case 'task-returned':
      return returnTask(task, event);
    case 'answer-intended':
      return { ...task, unknown: [...task.unknown, 'answer'] };
    case 'answer-done': {
      const { returned } = task.feedback;
      const answered = returned && { ...returned, isAnswered: true };
      return { ...known(task, 'answer'), feedback: { ...task.feedback, returned: answered } };
    }
    case 'task-retried':
      return retried(task, event);
    case 'workspace-removed':
      return { ...task, workspace: withWorkspace(task, { state: 'removed' }) };
    case 'merge-done':
      return {
        ...task,
        status: 'merged',
        left: null,
        pullRequest: task.pullRequest && { ...task.pullRequest, state: 'merged' },
      };
    case 'merge-left':
      return {
        ...task,
        left: { reason: event.reason, message: event.message, with: event.with },
        pullRequest:
          event.reason === 'closed'
            ? task.pullRequest && { ...task.pullRequest, state: 'closed' }
            : task.pullRequest,
      };
    case 'control-intended':
    case 'control-cost':
    case 'control-ended':
      return { ...task, control: advanceControl(task.control, event) };
    case 'head-seen':
    case 'update-intended':
    case 'update-done':
    case 'update-conflicted':
    case 'update-checked':
    case 'resolve-intended':
    case 'resolve-done':
    case 'resolve-failed':
    case 'forge-red':
    case 'merge-intended':
    case 'merge-differed':
    case 'unexpected':
      return task;
  }
}

function beginAttempt(task: TaskState, event: TaskEvent & { type: 'attempt-intended' }): TaskState {
  const attempt: AttemptState = {
    attempt: event.attempt,
    agent: event.agent,
    why: event.why,
    fixes: event.why === 'fix-checks' ? redCheck(task) : null,
    directory: event.directory,
    keeper: null,
    session: event.resumes,
    model: null,
    costUsd: null,
    inputTokens: null,
    outputTokens: null,
    startedAt: event.at,
    endedAt: null,
    result: null,
    claim: null,
    failure: null,
    head: null,
  };
  const begun: TaskState = {
    ...task,
    attempts: [...task.attempts, attempt],
    unknown: [...task.unknown, 'attempt'],
    lastActivityAt: event.at,
  };
  // Its pull request stays as open and as verified as it was, whatever comes of it.
  if (event.why === 'resolve') return begun;
  return {
    ...begun,
    status: 'running',
    isSkipRequested: false,
    held: null,
    checks: [],
    isVerified: false,
    failure: null,
    startedAt: task.startedAt ?? event.at,
    endedAt: null,
  };
}

/** A task whose agent was ended on request waits for the next start. */
function afterAttempt(task: TaskState, result: AttemptResult): TaskState {
  if (!wasCutShort(result) || isOver(task)) return task;
  return { ...task, status: task.attached?.isHere === true ? 'running' : 'queued' };
}

function reachStage(task: TaskState, stage: Stage): TaskState {
  // What an agent does for the merge train is no stage of the task.
  if (isOver(task)) return task;
  return { ...task, stage, progress: Math.max(task.progress, progressOf[stage]) };
}

function active(task: TaskState, at: string, what?: string): TaskState {
  return { ...task, lastActivityAt: at, lastActivity: what ?? task.lastActivity };
}

function known(task: TaskState, effect: TaskState['unknown'][number]): TaskState {
  return { ...task, unknown: task.unknown.filter((name) => name !== effect) };
}

function withWorkspace(task: TaskState, change: Partial<WorkspaceState>): WorkspaceState {
  if (task.workspace === null) throw new Error(`Task ${task.ordinal} has no workspace to change`);
  return { ...task.workspace, ...change };
}

function withAttempt(task: TaskState, number: number, change: Partial<AttemptState>): TaskState {
  const attempts = task.attempts.map((attempt) =>
    attempt.attempt === number ? { ...attempt, ...change } : attempt,
  );
  return { ...task, attempts };
}
