import type { MasterIssue, Phase, SubTask } from '../../model/issue/issue.ts';
import type { Plan } from '../../model/plan/plan.ts';

/** The tasks of an issue that a run does not have, as they join it. */
export type Joining = {
  /** The run's tasks in the words that it has of them, and those that are new, in the run's phases. */
  readonly issue: MasterIssue;
  readonly added: readonly SubTask[];
  /** The issue's own phases that only new tasks are in, behind all others. */
  readonly newPhases: readonly number[];
};

/**
 * Puts the tasks that an issue has and a run does not into the run's plan. A task joins the phase that the run made of the
 * author's; where the run is past that, it joins the one that the run is in. A phase that is new begins after all others, or
 * where others of the issue come after it, is the next one of these. Items are numbered as the run knows them.
 */
export function joinIssue(today: MasterIssue, plan: Plan, current: number): Joining {
  const known = new Map(plan.tasks.map((task) => [task.ordinal, task]));
  const phases: Phase[] = [...plan.phases];
  const opened = new Map<number, number>();
  const runPhases = (isMeant: (phase: number) => boolean): number[] =>
    today.tasks
      .filter(({ phase }) => isMeant(phase))
      .flatMap(({ ordinal }) => known.get(ordinal)?.phase ?? []);
  const open = (wanted: number): number => {
    const number = Math.max(0, ...phases.map((phase) => phase.number)) + 1;
    const own = today.phases.find((phase) => phase.number === wanted);
    phases.push({ title: own?.title ?? '', mode: own?.mode ?? 'parallel', number });
    opened.set(wanted, number);
    return number;
  };
  const phaseOf = (wanted: number): number => {
    const before = opened.get(wanted);
    if (before !== undefined) return before;
    const same = runPhases((phase) => phase === wanted);
    const later = runPhases((phase) => phase > wanted);
    if (same.length > 0) return Math.min(...same);
    return later.length > 0 ? Math.min(...later) : open(wanted);
  };
  const added = today.tasks
    .filter(({ ordinal }) => !known.has(ordinal))
    .map((task) => {
      const before = task.after.flatMap((ordinal) => known.get(ordinal)?.phase ?? []);
      return { ...task, phase: Math.max(phaseOf(task.phase), current, ...before) };
    });
  const isNew = ({ task }: { readonly task: number | null }): boolean =>
    task !== null && !known.has(task);
  return {
    issue: {
      ...today,
      ...{ phases, acceptance: plan.acceptance, context: plan.context },
      tasks: [...plan.tasks, ...added],
      orders: (today.orders ?? []).filter(isNew),
    },
    added,
    newPhases: [...opened.keys()],
  };
}
