import type { RunState } from '../state/run-state.ts';

/** The edit of its issue that a run noticed last and has not planned; null when there is none. */
export function unplannedEdit({ findings }: Pick<RunState, 'findings'>): string | null {
  return findings.findLast(({ kind }) => kind === 'issue-edited')?.message ?? null;
}

/** Ordinals of the tasks that were added to the issue while the run went on: the next start plans them. */
export function addedTasks({
  findings,
  tasks,
  plan,
}: Pick<RunState, 'findings' | 'tasks' | 'plan'>): readonly number[] {
  const known = new Set([...tasks, ...(plan?.skipped ?? [])].map(({ ordinal }) => ordinal));
  const edit = findings.findLast(({ kind }) => kind === 'issue-edited');
  return edit?.tasks.filter((ordinal) => !known.has(ordinal)) ?? [];
}
