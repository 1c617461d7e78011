import type { PlannedTask } from '../../model/plan/plan.ts';

/** How many runs are imagined. */
export const drawCount = 8;

/** Eight equally likely places of a normal distribution, in standard deviations. */
const places = [-1.53, -0.89, -0.49, -0.16, 0.16, 0.49, 0.89, 1.53] as const;

/** Between the 10th and the 90th percent of a normal distribution, in standard deviations. */
const widthOfRange = 2.56;

/**
 * The same tasks as they may go in one of several imagined runs: each takes as long as somewhere in its range. In all runs
 * together a task takes every place of its range once, tasks next to each other in different orders. The same for the same
 * tasks, each time.
 */
export function drawDurations(tasks: readonly PlannedTask[], draw: number): PlannedTask[] {
  return tasks.map((task) => {
    const [low, high] = task.range;
    const deviation = low > 0 && high > low ? Math.log(high / low) / widthOfRange : 0;
    // Odd steps visit all places, each in another order.
    const step = 1 + 2 * (task.ordinal % 4);
    const place = places[(draw * step + task.ordinal * 3) % drawCount] ?? 0;
    return { ...task, estimateMinutes: task.estimateMinutes * Math.exp(deviation * place) };
  });
}
