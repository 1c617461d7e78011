import type { RunState } from '../state/run-state.ts';
import type { Plan } from './plan.ts';

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

/** A plan that was made from an older reading of the issue, with the tasks that were added to the run since it began. */
export function withAddedTasks(
  made: Plan,
  { plan, added }: Pick<RunState, 'plan' | 'added'>,
): Plan {
  const known = new Set(made.tasks.map(({ ordinal }) => ordinal));
  const tasks =
    plan?.tasks.filter(({ ordinal }) => added.includes(ordinal) && !known.has(ordinal)) ?? [];
  if (plan === null || tasks.length === 0) return made;
  const last = Math.max(0, ...made.phases.map(({ number }) => number));
  const phases = plan.phases.filter(({ number }) => number > last);
  const ordinals = tasks.map(({ ordinal }) => ordinal);
  return {
    ...made,
    phases: [...made.phases, ...phases],
    tasks: [...made.tasks, ...tasks].toSorted((one, other) => one.ordinal - other.ordinal),
    skipped: made.skipped.filter(({ ordinal }) => !ordinals.includes(ordinal)),
    order: [...made.order, ...ordinals],
  };
}
