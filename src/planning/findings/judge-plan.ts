import type { Phase } from '../../model/issue/issue.ts';
import type { Checklist, Finding, Forecast, StackMode, Verdict } from '../../model/plan/plan.ts';
import type { Coupling } from '../order/coupling.ts';
import { verdictOf } from './checklist.ts';

export type VerdictOptions = {
  readonly checklist: Checklist;
  readonly coupling: Coupling;
  readonly forecast: Forecast;
  readonly phases: readonly Phase[];
  readonly tasks: readonly unknown[];
  readonly findings: readonly Finding[];
  readonly stack: StackMode;
  /** What the author says about the parts, when it is that they can only be tested or merged together; null otherwise. */
  readonly saidIntegrated: string | null;
};

/** A verdict, and why it is negative; without a reason it is not. */
export type Judgement = { readonly verdict: Verdict; readonly refusals: readonly string[] };

/** More reasons than this do not convince anybody. */
const mostReasons = 20;

/** A run that is hardly shorter than one agent's work does not pay off side by side. */
const leastSpeedup = 1.2;

/**
 * The one verdict that everything else follows from. It is negative when something makes agents wait for each other,
 * or fail: then a run is refused unless it is forced. Otherwise it is the checklist's, but never more than `consider`
 * with a warning, or where a single worker can run nothing side by side.
 */
export function judgePlan(options: VerdictOptions): Judgement {
  const refusals = [...new Set(refusalsOf(options))].slice(0, mostReasons);
  if (refusals.length > 0) return { verdict: 'sequential', refusals };
  const { checklist, findings } = options;
  const isDoubtful = isOneByOne(options) || findings.some(({ severity }) => severity !== 'info');
  const verdict = isDoubtful ? 'consider' : verdictOf(checklist);
  return { verdict: verdict === 'sequential' ? 'consider' : verdict, refusals };
}

function isOneByOne({ forecast, tasks }: VerdictOptions): boolean {
  return forecast.workers === 1 || tasks.length < 2;
}

function refusalsOf(options: VerdictOptions): readonly string[] {
  const { coupling, forecast, findings, stack, checklist } = options;
  const critical = findings.filter(({ severity }) => severity === 'critical');
  const lacking = critical.filter(({ kind }) => kind === 'dependency');
  if (stack === 'never' && lacking.length > 0) return lacking.map(({ message }) => message);
  // One worker takes the tasks one after another, which is what a negative verdict asks for; so does one task.
  if (isOneByOne(options)) return [];
  const { saidIntegrated: said } = options;
  if (said !== null && coupling.parallel.length > 2)
    return [`The issue says of its tasks: “${said.slice(0, 100)}”`];
  const reasons = [
    ...critical.map(({ message }) => message),
    ...(isOneLine(options) ? [...couplingReasons(options), lengthReason(forecast)] : []),
  ];
  if (reasons.length > 0 || verdictOf(checklist) !== 'sequential') return reasons;
  return [...couplingReasons(options), ...failingLines(checklist)];
}

/** Whether the tasks depend on each other so much that agents would only wait. */
function isOneLine({ coupling, forecast, phases }: VerdictOptions): boolean {
  const { parallel, coupled } = coupling;
  const isBound =
    phases.every(({ mode, number }) => mode === 'sequential' || isAlone(parallel, number)) ||
    (parallel.length > 2 && coupled.size * 2 >= parallel.length);
  return isBound && forecast.speedup < leastSpeedup;
}

/** Whether a phase's barriers leave no other task to run next to its one task. */
function isAlone(parallel: Coupling['parallel'], phase: number): boolean {
  return parallel.length > 1 && parallel.filter((task) => task.phase === phase).length < 2;
}

function couplingReasons({ coupling, findings }: VerdictOptions): string[] {
  const dependencies = coupling.dependencies
    .slice(0, mostReasons)
    .map(({ task, on, why }) => `Task ${task} depends on task ${on}: it ${why}`);
  const collisions = findings
    .filter(({ kind }) => kind === 'file-conflict')
    .map(({ message }) => message);
  return [...dependencies, ...collisions];
}

function lengthReason({ parallelMinutes, sequentialMinutes }: Forecast): string {
  return `Side by side they take ${Math.round(parallelMinutes)} minutes, one after another ${Math.round(sequentialMinutes)}`;
}

function failingLines({ items, score, of }: Checklist): string[] {
  const failing = items.filter(({ passed }) => !passed).map(({ text, why }) => `${text}: ${why}`);
  return [`${score} of ${of} lines of the checklist hold`, ...failing];
}
