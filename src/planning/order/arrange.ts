import type { Phase } from '../../model/issue/issue.ts';
import type { PlannedTask, StackMode } from '../../model/plan/plan.ts';
import { inOrder } from './batches.ts';
import { buildChain, buildStacks } from './stacks.ts';

export type ArrangeParams = {
  readonly phases: readonly Phase[];
  readonly tasks: readonly PlannedTask[];
  readonly dependsOn: ReadonlyMap<number, readonly number[]>;
  /** Pairs of which one waits for the other, since running together would cost more. */
  readonly apart: readonly (readonly [number, number])[];
  readonly stack: StackMode;
};

/**
 * Gives each task, whose batch is known, what must come first and the task whose branch it starts from. Stacks never cross a
 * phase: what lies before a barrier is merged and part of the base. They do cross batches, which merge nothing.
 */
export function arrange(params: ArrangeParams): PlannedTask[] {
  const { tasks, dependsOn } = params;
  const stackOn = params.stack === 'never' ? new Map<number, number | null>() : stacksOf(params);
  return tasks.map((task) => ({
    ...task,
    dependsOn: dependsOn.get(task.ordinal) ?? [],
    stackOn: stackOn.get(task.ordinal) ?? null,
  }));
}

function stacksOf({ phases, tasks, dependsOn, apart }: ArrangeParams): Map<number, number | null> {
  return new Map(
    phases.flatMap(({ number, mode }) => {
      const members = tasks.filter(({ phase }) => phase === number);
      if (mode === 'parallel')
        return [...buildStacks({ tasks: members, dependsOn, conflicts: apart })];
      const byBatch = members.toSorted((one, other) => one.batch - other.batch);
      return [
        ...buildChain(
          inOrder(
            byBatch.map(({ ordinal }) => ordinal),
            dependsOn,
          ),
        ),
      ];
    }),
  );
}
