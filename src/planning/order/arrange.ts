import type { Phase } from '../../model/issue/issue.ts';
import type { PlannedTask, StackMode } from '../../model/plan/plan.ts';
import { inOrder } from './batches.ts';
import { buildChain, buildStacks } from './stacks.ts';
import { joinChain, joinStacks, standingStacks, type Standing } from './standing.ts';

export type ArrangeParams = {
  readonly phases: readonly Phase[];
  readonly tasks: readonly PlannedTask[];
  readonly dependsOn: ReadonlyMap<number, readonly number[]>;
  /** Pairs of which one waits for the other, since running together would cost more. */
  readonly apart: readonly (readonly [number, number])[];
  readonly stack: StackMode;
  /** What a run has already: it stays as it is. */
  readonly standing?: Standing | null;
};

/**
 * Gives each task, whose batch is known, what must come first and the task whose branch it starts from. Stacks never cross a
 * phase: what lies before a barrier is merged and part of the base. They do cross batches, which merge nothing.
 */
export function arrange(params: ArrangeParams): PlannedTask[] {
  const { tasks, dependsOn } = params;
  const stackOn = params.stack === 'never' ? new Map<number, number | null>() : stacksOf(params);
  const known = new Map(params.standing?.tasks.map((task) => [task.ordinal, task]));
  return tasks.map(
    (task) =>
      known.get(task.ordinal) ?? {
        ...task,
        dependsOn: dependsOn.get(task.ordinal) ?? [],
        stackOn: stackOn.get(task.ordinal) ?? null,
      },
  );
}

function stacksOf({
  phases,
  tasks,
  dependsOn,
  apart,
  standing = null,
}: ArrangeParams): Map<number, number | null> {
  const stands = standing === null ? null : standingStacks(standing);
  return new Map(
    phases.flatMap(({ number, mode }) => {
      const members = tasks.filter(({ phase }) => phase === number);
      const params = { tasks: members, dependsOn, conflicts: apart };
      if (mode === 'parallel')
        return [...(stands === null ? buildStacks(params) : joinStacks(stands, params))];
      const byBatch = members.toSorted((one, other) => one.batch - other.batch);
      const ordered = inOrder(
        byBatch.map(({ ordinal }) => ordinal),
        dependsOn,
      );
      return [...(stands === null ? buildChain(ordered) : joinChain(stands, ordered))];
    }),
  );
}
