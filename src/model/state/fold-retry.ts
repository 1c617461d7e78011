import type { JournalEvent } from '../event/event.ts';
import { retriedFound } from './fold-found.ts';
import type { TaskState, WorkspaceState } from './task-state.ts';

/** A task that has ended and is tried again: what it came to is kept as what was, and what still holds stays. */
export function retried(
  task: TaskState,
  event: Extract<JournalEvent, { type: 'task-retried' }>,
): TaskState {
  return {
    ...task,
    status: 'queued',
    failure: null,
    lastFailure: task.failure ?? task.attempts.at(-1)?.failure ?? null,
    attemptsBefore: task.attempts.length,
    automaticRetries: event.why === 'automatic' ? task.automaticRetries + 1 : 0,
    left: null,
    held: null,
    isCancelRequested: false,
    isSkipRequested: false,
    overreach: null,
    takenBase: null,
    isVerified: isStillVerified(task, event.isFresh),
    checks: isStillVerified(task, event.isFresh) ? task.checks : [],
    endedAt: null,
    workspace: event.isFresh ? null : withoutFailedSetup(task.workspace),
    ...retriedFound(task, event),
  };
}

/** Work that was verified and could not be published needs no agent again. */
function isStillVerified(task: TaskState, isFresh: boolean): boolean {
  return !isFresh && task.failure?.reason === 'forge-error' && task.isVerified;
}

function withoutFailedSetup(workspace: WorkspaceState | null): WorkspaceState | null {
  return workspace?.setup && workspace.setup.state !== 'passed'
    ? { ...workspace, setup: null }
    : workspace;
}
