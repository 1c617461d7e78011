import { isConflict, type Overlap } from '../../model/plan/overlap.ts';
import type { Phase } from '../../model/issue/issue.ts';
import type { PlannedTask } from '../../model/plan/plan.ts';
import type { Dependency } from './dependency.ts';

/** How much the tasks that should run side by side depend on each other. */
export type Coupling = {
  /** Tasks of parallel phases. */
  readonly parallel: readonly PlannedTask[];
  readonly dependencies: readonly Dependency[];
  readonly conflicts: readonly Overlap[];
  /** Those that depend on another one. */
  readonly dependent: ReadonlySet<number>;
  /** Those that must come after another one, for a dependency or a collision. */
  readonly coupled: ReadonlySet<number>;
  /** Those of them that their author did not order. */
  readonly surprising: ReadonlySet<number>;
};

/** Measures it. Links between tasks of different phases do not count: a barrier separates them. */
export function measureCoupling(
  params: { readonly phases: readonly Phase[]; readonly tasks: readonly PlannedTask[] },
  all: { readonly dependencies: readonly Dependency[]; readonly overlaps: readonly Overlap[] },
): Coupling {
  const parallelPhases = new Set(
    params.phases.filter(({ mode }) => mode === 'parallel').map(({ number }) => number),
  );
  const parallel = params.tasks.filter(({ phase }) => parallelPhases.has(phase));
  const phases = new Map(parallel.map(({ ordinal, phase }) => [ordinal, phase]));
  const areTogether = (one: number, other: number): boolean =>
    phases.has(one) && phases.get(one) === phases.get(other);
  const dependencies = all.dependencies.filter(({ task, on }) => areTogether(task, on));
  const ordered = new Set(
    dependencies.flatMap(({ task, on }) => [`${task} ${on}`, `${on} ${task}`]),
  );
  // If one comes after the other anyway, a guess that they also share files says nothing new.
  const isNews = ({ tasks, paths }: Overlap): boolean =>
    !ordered.has(tasks.join(' ')) || (paths[0]?.probability ?? 0) >= 0.8;
  const conflicts = all.overlaps.filter(
    (overlap) => isConflict(overlap) && areTogether(...overlap.tasks) && isNews(overlap),
  );
  const dependent = new Set(dependencies.map(({ task }) => task));
  const coupled = new Set([...dependent, ...conflicts.map(({ tasks: [, later] }) => later)]);
  const byAuthor = new Set(
    dependencies.filter(({ source }) => source === 'ordered').map(({ task }) => task),
  );
  const surprising = new Set([...coupled].filter((ordinal) => !byAuthor.has(ordinal)));
  return { parallel, dependencies, conflicts, dependent, coupled, surprising };
}
