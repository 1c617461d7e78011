import type { Finding, Plan, PlannedTask } from '../model/plan.ts';
import { linesOf } from './task-text.ts';

/** A task that is much longer than the average of its phase. */
export type Outlier = {
  readonly task: PlannedTask;
  readonly average: number;
  /** Its minutes over the average. */
  readonly ratio: number;
};

/** The guide's figures: over twice the average is unbalanced, three times an outlier. */
export const unbalancedFrom = 2;
export const outlierFrom = 3;

/** The tasks that take over twice the average of those that run beside them, the longest first. */
export function findOutliers({ phases, tasks }: Pick<Plan, 'phases' | 'tasks'>): Outlier[] {
  return phases
    .filter(({ mode }) => mode === 'parallel')
    .flatMap(({ number }) => {
      const together = tasks.filter(({ phase }) => phase === number);
      const average = averageMinutes(together);
      return together.map((task) => ({ task, average, ratio: task.estimateMinutes / average }));
    })
    .filter(({ ratio }) => ratio > unbalancedFrom)
    .toSorted((one, other) => other.ratio - one.ratio);
}

/** Whether an estimate rests on more than the words for a kind of work. */
export function isEvident({ basis }: PlannedTask): boolean {
  return basis !== 'guess' && basis !== 'kind';
}

export function averageMinutes(tasks: readonly PlannedTask[]): number {
  if (tasks.length === 0) return 0;
  return tasks.reduce((sum, { estimateMinutes }) => sum + estimateMinutes, 0) / tasks.length;
}

/** One finding for each task that the others would wait for. */
export function balanceFindings(plan: Pick<Plan, 'phases' | 'tasks'>): Finding[] {
  const outliers = findOutliers(plan);
  const proposal = batchProposal(
    plan.tasks,
    outliers.map(({ task }) => task),
  );
  return outliers.map(({ task, average, ratio }) => ({
    kind: 'unbalanced' as const,
    // What no more than the kind of work lets one expect is not worth a refusal.
    severity:
      ratio >= outlierFrom && isEvident(task) ? ('critical' as const) : ('warning' as const),
    tasks: [task.ordinal],
    message: `Task ${task.ordinal} takes ${ratio.toFixed(1)} times as long as the average: ${task.estimateMinutes} of ${Math.round(average)} minutes`,
    evidence: `${linesOf([task])}; ${task.because}`,
    advice: `Split it, or let it run in a batch of its own: ${proposal}`,
  }));
}

/** The guide's remedy for outliers, ready to be pasted: `--batch "1,2,4,5;3"`. */
function batchProposal(tasks: readonly PlannedTask[], apart: readonly PlannedTask[]): string {
  const rest = tasks.filter((task) => !apart.includes(task)).map(({ ordinal }) => ordinal);
  const alone = apart.map(({ ordinal }) => ordinal).toSorted((one, other) => one - other);
  return `--batch "${ranges(rest)};${ranges(alone)}"`;
}

/** `1,2,4-7`: two neighbours stay apart, as the guide writes them. */
function ranges(ordinals: readonly number[]): string {
  const runs: number[][] = [];
  for (const ordinal of ordinals) {
    const last = runs.at(-1);
    if (last?.at(-1) === ordinal - 1) last.push(ordinal);
    else runs.push([ordinal]);
  }
  return runs.map((run) => (run.length > 2 ? `${run[0]}-${run.at(-1)}` : run.join(','))).join(',');
}

/** Fewer tasks than the guide's five rarely pay. */
export const enoughTasks = 5;

export function tooFewFinding(tasks: readonly PlannedTask[]): Finding[] {
  if (tasks.length >= enoughTasks || tasks.length === 0) return [];
  return [
    {
      kind: 'too-few',
      severity: 'info',
      tasks: [],
      message: `${tasks.length === 1 ? 'There is 1 task' : `There are ${tasks.length} tasks`}; working side by side pays from about ${enoughTasks}`,
      evidence: linesOf(tasks),
      advice: 'Go on, or work through them one after another: --max-workers 1',
    },
  ];
}
