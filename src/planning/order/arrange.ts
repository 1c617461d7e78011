import type { Phase } from '../../model/issue/issue.ts';
import { isConflict, type Overlap } from '../../model/plan/overlap.ts';
import type { PlannedTask, StackMode } from '../../model/plan/plan.ts';
import { assignBatches, inOrder, type BatchChoice } from './batches.ts';
import { buildChain, buildStacks } from './stacks.ts';

export type ArrangeParams = {
  readonly phases: readonly Phase[];
  readonly tasks: readonly PlannedTask[];
  readonly dependsOn: ReadonlyMap<number, readonly number[]>;
  readonly overlaps: readonly Overlap[];
  readonly stack: StackMode;
  readonly batches: BatchChoice | null;
};

/**
 * Gives each task what must come first, its batch, and the task whose branch it starts from. Stacks never cross a
 * phase: what lies before a barrier is merged and part of the base. They do cross batches, which merge nothing.
 */
export function arrange(params: ArrangeParams): PlannedTask[] {
  const { tasks, dependsOn } = params;
  const batches = assignBatches(tasks, dependsOn, params.batches);
  const batched = tasks.map((task) => ({ ...task, batch: batches.get(task.ordinal) ?? 1 }));
  const stackOn =
    params.stack === 'never' ? new Map<number, number | null>() : stacksOf(params, batched);
  return batched.map((task) => ({
    ...task,
    dependsOn: dependsOn.get(task.ordinal) ?? [],
    stackOn: stackOn.get(task.ordinal) ?? null,
  }));
}

function stacksOf(
  { phases, dependsOn, overlaps }: ArrangeParams,
  tasks: readonly PlannedTask[],
): Map<number, number | null> {
  const conflicts = overlaps.filter(isConflict).map((overlap) => overlap.tasks);
  return new Map(
    phases.flatMap(({ number, mode }) => {
      const members = tasks.filter(({ phase }) => phase === number);
      if (mode === 'parallel') return [...buildStacks({ tasks: members, dependsOn, conflicts })];
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
