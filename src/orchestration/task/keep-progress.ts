import { ForeignGitError } from '../../git/git.ts';
import type { Services } from '../../services/run-services.ts';
import { collectBranch } from '../verify/collect-branch.ts';

/** A run that is being stopped waits no longer for it. */
const timeLimitMs = 10_000;

/**
 * Brings what an attempt has committed into our clone although nobody verifies it now: it was cut short, or failed. Should
 * its workspace be deleted by hand before the task continues, this much is not lost.
 */
export async function keepProgress(
  services: Services<'record' | 'workspaces'>,
  ordinal: number,
): Promise<void> {
  const { workspace, attempts } = services.record.task(ordinal);
  const last = attempts.at(-1);
  const isOver = last?.result?.kind === 'exited' && last.failure === null;
  if (workspace === null || isOver || !(await services.workspaces.exists(workspace.path))) return;
  const { path, branch, baseSha } = workspace;
  const signal = AbortSignal.timeout(timeLimitMs);
  try {
    await collectBranch(services, { workspace: path, branch, have: [baseSha], signal });
  } catch (error) {
    // What cannot be read now is for verification to name.
    if (!(error instanceof ForeignGitError)) throw error;
  }
}
