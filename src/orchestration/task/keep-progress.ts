import { ForeignGitError } from '../../git/git.ts';
import type { RunTools } from '../../services/run-tools.ts';
import { collectBranch } from '../verify/collect-branch.ts';

/** A run that is being stopped waits no longer for it. */
const timeLimitMs = 10_000;

/**
 * Brings what an attempt has committed into our clone although nobody verifies it now: it was cut short, or failed. Should
 * its workspace be deleted by hand before the task continues, this much is not lost.
 */
export async function keepProgress(tools: RunTools, ordinal: number): Promise<void> {
  const { workspace, attempts } = tools.record.task(ordinal);
  const last = attempts.at(-1);
  const isOver = last?.result?.kind === 'exited' && last.failure === null;
  if (workspace === null || isOver || !(await tools.workspaces.exists(workspace.path))) return;
  const { path, branch, baseSha } = workspace;
  const signal = AbortSignal.timeout(timeLimitMs);
  try {
    await collectBranch(tools, { workspace: path, branch, have: [baseSha], signal });
  } catch (error) {
    // What cannot be read now is for verification to name.
    if (!(error instanceof ForeignGitError)) throw error;
  }
}
