import { isInHistory } from '../../git/ancestry.ts';
import type { Git } from '../../git/git.ts';
import { checkOutHere } from '../../git/work-tree.ts';
import type { Failure } from '../../model/failure/failure.ts';

/** An agent that ended on another branch, or on none, but built on ours: our branch follows. Git is the workspace's. */
export async function bringHome(
  git: Git,
  current: string | null,
  own: string,
): Promise<Failure | null> {
  if (current === own) return null;
  if (!(await isInHistory(git, `refs/heads/${own}`, 'HEAD')))
    return {
      reason: 'agent-failed',
      message: `The agent ended on ${current === null ? 'no branch' : `branch ${current}`}, whose history does not hold ${own}`,
    };
  await checkOutHere(git, own);
  return null;
}
