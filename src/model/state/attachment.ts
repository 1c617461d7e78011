import type { AttachRequested, TaskAttached, TaskDetached } from '../event/task-event.ts';
import { isOver, openAttempt, type TaskState } from './task-state.ts';

type AttachEvent = (AttachRequested | TaskAttached | TaskDetached) & {
  readonly seq: number;
  readonly at: string;
};

/**
 * One person at a time, by the order in the journal:
 *
 *   nobody ──attach-requested──▶ asked for ──task-attached──▶ here
 *     ▲                              │                          │
 *     └───────────task-detached──────┴──────────────────────────┘ (a visit)
 *
 * A request while there is another, and what is about another request than the current one, changes nothing.
 */
export function advanceAttachment(task: TaskState, event: AttachEvent): TaskState {
  const { attached } = task;
  if (event.type === 'attach-requested') {
    if (attached !== null) return task;
    const { by, attacher: process, seq: request, at: since } = event;
    return { ...task, attached: { request, by, process, isHere: false, since } };
  }
  if (attached?.request !== event.request) return task;
  if (event.type === 'task-attached')
    return attached.isHere
      ? task
      : {
          ...task,
          status: isOver(task) ? task.status : 'running',
          attached: { ...attached, isHere: true, since: event.at },
        };
  if (!attached.isHere) return { ...task, attached: null };
  const isWaiting = !isOver(task) && openAttempt(task) === null;
  return {
    ...task,
    status: isWaiting ? 'queued' : task.status,
    attached: null,
    visits: [...task.visits, { by: attached.by, after: task.attempts.length }],
  };
}

/** What comes after the task's in the marker of a visit's programs. */
export function visitParts(request: number): readonly (string | number)[] {
  return ['attached', request];
}

/** Whether somebody worked in a task's session, and no agent has taken it up since. */
export function isLeftByPerson({ visits, attempts }: TaskState): boolean {
  return visits.at(-1)?.after === attempts.length && attempts.length > 0;
}

/** The session that a person can open: the newest one in the task's workspace, with its agent; null when there is none. */
export function openableSession(
  task: TaskState,
): { readonly agent: string; readonly session: string; readonly attempt: number } | null {
  if (task.workspace?.state !== 'ready') return null;
  const own = task.attempts.slice(task.workspaceSince);
  const last = own.at(-1);
  if (last === undefined || last.session === null) return null;
  return { agent: last.agent, session: last.session, attempt: last.attempt };
}
