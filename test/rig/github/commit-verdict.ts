import type { CheckRun, CommitStatus, Repository } from './world.ts';

export type Verdict = 'success' | 'pending' | 'failure';

/** What all checks and statuses of a commit say together, or those of one name; `null` when there are none. */
export function verdictOf(repository: Repository, sha: string, name?: string): Verdict | null {
  const verdicts = [
    ...checkRunsOf(repository, sha)
      .filter((run) => name === undefined || run.name === name)
      .map(verdictOfRun),
    ...statusesOf(repository, sha)
      .filter(({ context }) => name === undefined || context === name)
      .map(verdictOfStatus),
  ];
  if (verdicts.includes('failure')) return 'failure';
  if (verdicts.includes('pending')) return 'pending';
  return verdicts.length === 0 ? null : 'success';
}

/** The newest run of each check. */
export function checkRunsOf(repository: Repository, sha: string): CheckRun[] {
  const found = repository.checkRuns.filter((run) => run.sha === sha);
  return [...new Map(found.map((run) => [run.name, run])).values()];
}

/** The newest status of each context. */
export function statusesOf(repository: Repository, sha: string): CommitStatus[] {
  const found = repository.statuses.filter((status) => status.sha === sha);
  return [...new Map(found.map((status) => [status.context, status])).values()];
}

export function verdictOfStatus({ state }: CommitStatus): Verdict {
  if (state === 'success' || state === 'pending') return state;
  return 'failure';
}

function verdictOfRun({ status, conclusion }: CheckRun): Verdict {
  if (status !== 'completed') return 'pending';
  return ['success', 'neutral', 'skipped'].includes(conclusion ?? '') ? 'success' : 'failure';
}
