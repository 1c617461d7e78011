import type { Phase } from '../model/issue.ts';
import type { Checklist, Finding, Forecast, StackMode, Verdict } from '../model/plan.ts';
import { enoughTasks } from './balance-findings.ts';
import { verdictOf } from './checklist.ts';
import type { Coupling } from './coupling.ts';

export type VerdictOrder = {
  readonly checklist: Checklist;
  readonly coupling: Coupling;
  readonly forecast: Forecast;
  readonly phases: readonly Phase[];
  /** Whether the author says that the parts can only be tested or merged together. */
  readonly isSaidIntegrated: boolean;
};

/** More reasons than this convince nobody more. */
const mostReasons = 20;

/** A run that is hardly shorter than one agent's work is none to be had side by side. */
const leastSpeedup = 1.2;

/**
 * The checklist's verdict, but for two things: where the tasks hang on each other so much that agents would only wait,
 * or their author says that they can only be tested together, the answer is one after another.
 */
export function decideVerdict(order: VerdictOrder): Verdict {
  const { checklist, coupling, forecast, phases } = order;
  const { parallel, coupled } = coupling;
  if (order.isSaidIntegrated && parallel.length > 2) return 'sequential';
  const isOneLine =
    phases.every(({ mode, number }) => mode === 'sequential' || isAlone(parallel, number)) ||
    (parallel.length > 2 && coupled.size * 2 >= parallel.length);
  if (isOneLine && forecast.workers > 1 && forecast.speedup < leastSpeedup) return 'sequential';
  return verdictOf(checklist);
}

/** Whether a phase's barriers leave nobody to work beside its one task. */
function isAlone(parallel: Coupling['parallel'], phase: number): boolean {
  return parallel.length > 1 && parallel.filter((task) => task.phase === phase).length < 2;
}

/**
 * Why a run would be refused. A negative verdict alone is no reason: the issue may just be small, or ordered by its
 * author, and stacks carry that. It is one when what should run side by side is coupled through and through. In an
 * issue of less than five tasks only what the author did not order counts.
 */
export function findRefusals(
  verdict: Verdict,
  coupling: Coupling,
  order: { readonly findings: readonly Finding[]; readonly stack: StackMode },
): string[] {
  const lacking = order.findings.filter(
    ({ kind, severity }) => kind === 'dependency' && severity === 'critical',
  );
  if (order.stack === 'never' && lacking.length > 0) return lacking.map(({ message }) => message);
  if (verdict !== 'sequential') return [];
  const { parallel, coupled, surprising } = coupling;
  const bound = parallel.length < enoughTasks ? surprising : coupled;
  if (parallel.length < 3 || bound.size * 2 < parallel.length) return [];
  const dependencies = coupling.dependencies
    .slice(0, mostReasons)
    .map(({ task, on, why }) => `Task ${task} depends on task ${on}: it ${why}`);
  const collisions = order.findings
    .filter(({ kind }) => kind === 'file-conflict')
    .map(({ message }) => message);
  return [...dependencies, ...collisions].slice(0, mostReasons);
}
