import type { PlannedTask } from '../plan/plan.ts';
import { noFeedback } from './feedback.ts';
import { firstRound } from './rounds.ts';
import type { TaskState } from './task-state.ts';

/** A task as its run begins, at an ISO 8601 time: nothing of it is there yet. */
export function newTask(task: PlannedTask, at: string): TaskState {
  return {
    ordinal: task.ordinal,
    title: task.title,
    status: 'queued',
    stage: 'initializing',
    progress: 0,
    issueNumber: null,
    issueUrl: null,
    found: null,
    workspace: null,
    workspaceSince: 0,
    attempts: [],
    head: null,
    commits: [],
    files: [],
    leftovers: [],
    checks: [],
    overreach: null,
    notes: [],
    checkChanges: [],
    isVerified: false,
    pushedHead: null,
    pullRequest: null,
    feedback: noFeedback,
    isConcluded: false,
    fate: null,
    left: null,
    failure: null,
    lastFailure: null,
    attemptsBefore: 0,
    rounds: [firstRound],
    automaticRetries: 0,
    held: null,
    heldBy: [],
    stackedOn: null,
    restacked: null,
    takenBase: null,
    isCancelRequested: false,
    control: null,
    unknown: [],
    startedAt: null,
    endedAt: null,
    lastActivityAt: null,
    lastActivity: null,
    updatedAt: at,
  };
}
