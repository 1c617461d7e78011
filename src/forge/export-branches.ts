import type { Git } from '../git/git.ts';
import { fetchBranches } from '../git/remotes.ts';

/**
 * Lets the user's repository see every branch of a bare repository as `refs/remotes/flotilla/…`; nothing else in it
 * changes. Calls that come while one runs share the next.
 */
export function openBranchExport(userGit: Git, repository: string): () => Promise<void> {
  return coalesced(() => fetchBranches(userGit, repository, 'refs/remotes/flotilla'));
}

/** One at a time; calls that come while one runs share the next. */
function coalesced(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | null = null;
  return () => {
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = null;
        running = work();
        return running;
      });
    return next;
  };
}
