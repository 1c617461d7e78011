import { taskCost } from '../../model/state/task-state.ts';
import type { RunState } from '../../model/state/run-state.ts';

/** What all tasks have cost so far in US dollars; null when no agent reported it. */
export function runCost(state: RunState): number | null {
  const costs = state.tasks.map(taskCost).filter((cost) => cost !== null);
  return costs.length === 0 ? null : costs.reduce((sum, cost) => sum + cost, 0);
}

/** What of that was spent on running tasks again alone; null when no agent reported it. */
export function controlCost({ tasks }: RunState): number | null {
  const costs = tasks.flatMap(({ control }) => control?.costUsd ?? []);
  return costs.length === 0 ? null : costs.reduce((sum, cost) => sum + cost, 0);
}
