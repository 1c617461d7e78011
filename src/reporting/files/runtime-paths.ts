import { join } from 'node:path';
import { issueKey } from '../../model/issue/issue.ts';
import type { RunState } from '../../model/state/run-state.ts';

/** The files in a user's repository that show a run: all of them projections of the journal, none of them read by us. */
export type RuntimePaths = {
  /** Ignores itself in git. */
  readonly root: string;
  readonly status: (ordinal: number) => string;
  readonly summary: string;
  /** The page that takes a person through all pull requests. */
  readonly review: string;
  readonly metrics: string;
  readonly sessionLog: string;
  readonly agentLog: (ordinal: number) => string;
};

/** Where a run's files lie, below the root of the user's work tree. */
export function runtimePaths(
  repository: string,
  run: Pick<RunState, 'run' | 'issue'>,
): RuntimePaths {
  const root = join(repository, '.claude', 'runtime');
  const parallel = join(root, 'parallel', issueKey(run.issue));
  const logs = join(root, 'logs', run.run);
  return {
    root,
    status: (ordinal) => join(parallel, `agent-${ordinal}.status.json`),
    summary: join(parallel, 'summary.md'),
    review: join(parallel, 'review.md'),
    metrics: join(parallel, 'metrics.json'),
    sessionLog: join(logs, 'session.log'),
    agentLog: (ordinal) => join(logs, `agent-${ordinal}.log`),
  };
}
