import type { Phase } from '../model/issue.ts';
import type { Plan, PlannedTask } from '../model/plan.ts';

/** How long a plan will take by its estimates, in minutes. */
export type EstimatedDuration = { readonly parallel: number; readonly sequential: number };

/**
 * Adds up a plan's estimates: one task after another, and on so many workers, longest first. A phase waits for the one
 * before; a task waits for those that it depends on.
 */
export function estimateDuration(plan: Plan, maxWorkers: number): EstimatedDuration {
  const sequential = total(plan.tasks);
  const numbers = [...new Set(plan.tasks.map(({ phase }) => phase))];
  const parallel = numbers
    .map((number) => {
      const tasks = plan.tasks.filter(({ phase }) => phase === number);
      return isSequential(plan.phases, number) ? total(tasks) : spanOf(tasks, maxWorkers);
    })
    .reduce((sum, span) => sum + span, 0);
  return { parallel, sequential };
}

function spanOf(tasks: readonly PlannedTask[], maxWorkers: number): number {
  const workers = Array.from({ length: Math.max(1, maxWorkers) }, () => 0);
  const ends = new Map<number, number>();
  let waiting = tasks.toSorted((a, b) => b.estimateMinutes - a.estimateMinutes);
  while (waiting.length > 0) {
    const open = new Set(waiting.map(({ ordinal }) => ordinal));
    // In a cycle nothing is ready; any first one will do for an estimate.
    const ready = waiting.filter((task) => !task.dependsOn.some((other) => open.has(other)));
    const next = earliest(ready.length > 0 ? ready : waiting, ends);
    const worker = workers.indexOf(Math.min(...workers));
    const end = Math.max(workers[worker] ?? 0, readyAt(next, ends)) + next.estimateMinutes;
    workers[worker] = end;
    ends.set(next.ordinal, end);
    waiting = waiting.filter((task) => task !== next);
  }
  return Math.max(0, ...workers);
}

/** The one that can start first; of equals the longest, as they come sorted. */
function earliest(tasks: readonly PlannedTask[], ends: ReadonlyMap<number, number>): PlannedTask {
  return tasks.reduce((best, task) => (readyAt(task, ends) < readyAt(best, ends) ? task : best));
}

function readyAt(task: PlannedTask, ends: ReadonlyMap<number, number>): number {
  return Math.max(0, ...task.dependsOn.map((ordinal) => ends.get(ordinal) ?? 0));
}

function isSequential(phases: readonly Phase[], number: number): boolean {
  return phases.find((phase) => phase.number === number)?.mode === 'sequential';
}

function total(tasks: readonly PlannedTask[]): number {
  return tasks.reduce((sum, { estimateMinutes }) => sum + estimateMinutes, 0);
}
