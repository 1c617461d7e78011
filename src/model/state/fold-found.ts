import type { TaskRetried, WorkFound } from '../event/task-event.ts';
import { withPushedHead } from './fold-feedback.ts';
import { isAsFound } from './found-state.ts';
import type { TaskState } from './task-state.ts';

/** A task of which work was found on the forge: it is where an earlier run had brought it. */
export function withFoundWork(task: TaskState, event: WorkFound & { at: string }): TaskState {
  const { work, issue, at } = event;
  const known = { ...task, issueNumber: issue.number, issueUrl: issue.url };
  switch (work.kind) {
    case 'open': {
      const pullRequest = work.pullRequest && { ...work.pullRequest, state: 'open' as const };
      const published = { ...known, found: work, pushedHead: work.head, pullRequest };
      return withPushedHead(published, work.head, at);
    }
    case 'merged':
      return {
        ...known,
        status: 'merged',
        progress: 100,
        pullRequest: { ...work.pullRequest, state: 'merged' },
        endedAt: at,
      };
    case 'refused':
      return { ...known, found: work };
  }
}

/** Work on what was found begins with its checks, and not with an agent. */
export function begunAsFound(task: TaskState, at: string): TaskState {
  return isAsFound(task) ? { ...task, status: 'running', startedAt: task.startedAt ?? at } : task;
}

/** What a retry makes of what was found: the forge is asked again about what was refused, and a fresh start leaves it. */
export function retriedFound(
  task: TaskState,
  { why, isFresh }: TaskRetried,
): Partial<Pick<TaskState, 'found' | 'issueNumber' | 'issueUrl'>> {
  const { found, pushedHead } = task;
  if (found?.kind === 'refused') return { found: null, issueNumber: null, issueUrl: null };
  if (found?.kind === 'open' && isFresh && why === 'asked')
    return { found: { kind: 'dropped', head: found.head } };
  // What is on the forge is replaced as long as it is what we pushed.
  if (why === 'again' && pushedHead !== null)
    return { found: { kind: 'dropped', head: pushedHead } };
  return {};
}
