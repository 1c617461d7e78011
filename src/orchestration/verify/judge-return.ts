import type { Failure } from '../../model/failure/failure.ts';
import { foundBranch } from '../../model/state/found-state.ts';
import type { TaskState } from '../../model/state/task-state.ts';
import { isInHistory } from '../../git/ancestry.ts';
import type { Git } from '../../git/git.ts';

/**
 * What speaks against the work on a branch that is published: it came back, and nothing was added to it, or what is
 * published is no longer part of it, so that only force would publish it. Null for all other tasks.
 */
export async function judgeReturn(git: Git, task: TaskState): Promise<Failure | null> {
  const { returned } = task.feedback;
  const published = returned?.head ?? foundBranch(task)?.head;
  if (published === undefined) return null;
  if (returned !== null && task.head === published) {
    const claim = task.attempts.at(-1)?.claim?.trim().split('\n').at(-1) ?? '';
    const said = claim === '' ? '' : `; its last words: ${claim.slice(0, 300)}`;
    return { reason: 'no-commits', message: `The agent changed nothing${said}` };
  }
  if (await isInHistory(git, published, task.head ?? '')) return null;
  const message = 'The agent rewrote commits that are published; they are never overwritten';
  return { reason: 'agent-failed', message };
}
