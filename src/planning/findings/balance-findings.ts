import type { Finding, Plan, PlannedTask } from '../../model/plan/plan.ts';
import { layOut } from '../../model/state/timeline.ts';
import { linesOf } from '../task-text.ts';

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

/** The tasks that take over twice the average of those that start with them, the longest first. */
export function findOutliers({ phases, tasks }: Pick<Plan, 'phases' | 'tasks'>): Outlier[] {
  const parallel = new Set(
    phases.filter(({ mode }) => mode === 'parallel').map(({ number }) => number),
  );
  const groups = Map.groupBy(
    tasks.filter(({ phase }) => parallel.has(phase)),
    ({ phase, batch }) => `${phase} ${batch}`,
  );
  return [...groups.values()]
    .flatMap((together) => {
      const average = averageMinutes(together);
      return together.map((task) => ({ task, average, ratio: task.estimateMinutes / average }));
    })
    .filter(({ ratio }) => ratio > unbalancedFrom)
    .toSorted((one, other) => other.ratio - one.ratio);
}

/** Whether an estimate is based on more than the words for a kind of work. */
function isEvident({ basis }: PlannedTask): boolean {
  return basis !== 'guess' && basis !== 'kind';
}

export function averageMinutes(tasks: readonly PlannedTask[]): number {
  if (tasks.length === 0) return 0;
  return tasks.reduce((sum, { estimateMinutes }) => sum + estimateMinutes, 0) / tasks.length;
}

/** What a finding about balance is made from. */
export type BalanceOptions = Pick<Plan, 'phases' | 'tasks'> & {
  readonly outliers: readonly Outlier[];
  readonly workers: number;
};

/** One finding for each task that the others would wait for. */
export function balanceFindings(options: BalanceOptions): Finding[] {
  return options.outliers.map((outlier) => {
    const { task, average, ratio } = outlier;
    return {
      kind: 'unbalanced' as const,
      // An estimate based only on the kind of work is not worth a refusal.
      severity:
        ratio >= outlierFrom && isEvident(task) ? ('critical' as const) : ('warning' as const),
      tasks: [task.ordinal],
      message: `Task ${task.ordinal} takes ${ratio.toFixed(1)} times as long as the average: ${task.estimateMinutes} of ${Math.round(average)} minutes`,
      evidence: `${linesOf([task])}; ${task.because}`,
      advice: splitAdvice(outlier, options),
    };
  });
}

const mostParts = 12;

/**
 * The number of parts that a task must be split into for a shorter run, if there is one. A batch of its own
 * is not advised: the others would wait anyway, and it would wait for them, too.
 */
function splitAdvice({ task }: Outlier, { phases, tasks, workers }: BalanceOptions): string {
  const others = tasks.filter((other) => other !== task);
  const wanted = Math.max(5, averageMinutes(others));
  const count = Math.min(mostParts, Math.max(2, Math.round(task.estimateMinutes / wanted)));
  const estimateMinutes = Math.ceil(task.estimateMinutes / count);
  const highest = Math.max(...tasks.map(({ ordinal }) => ordinal));
  // Tasks that start from its branch start from its first part.
  const parts = Array.from({ length: count }, (_, at) => ({
    ...task,
    estimateMinutes,
    ordinal: at === 0 ? task.ordinal : highest + at,
  }));
  const now = lengthOf({ phases, tasks }, workers);
  const then = lengthOf({ phases, tasks: [...others, ...parts] }, workers);
  return then < now
    ? `Split it into about ${count} parts of ${estimateMinutes} minutes: side by side, the whole would then take about ${Math.round(then)} minutes instead of ${Math.round(now)}. Your agent proposes the parts: --assist --tasks ${task.ordinal}.`
    : '';
}

function lengthOf(params: Pick<Plan, 'phases' | 'tasks'>, workers: number): number {
  return Math.max(0, ...layOut(params, workers).map(({ end }) => end));
}

/** Fewer tasks than the guide's five rarely pay off. */
export const enoughTasks = 5;

export function tooFewFinding(tasks: readonly PlannedTask[]): Finding[] {
  if (tasks.length >= enoughTasks || tasks.length === 0) return [];
  return [
    {
      kind: 'too-few',
      severity: 'info',
      tasks: [],
      message: `${tasks.length === 1 ? 'There is 1 task' : `There are ${tasks.length} tasks`}; working side by side pays off from about ${enoughTasks}`,
      evidence: linesOf(tasks),
      advice: '',
    },
  ];
}
