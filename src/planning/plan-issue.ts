import { findOverlaps, type Overlap } from '../model/plan/overlap.ts';
import type { MasterIssue, Phase, SubTask } from '../model/issue/issue.ts';
import {
  areStacked,
  usualWorkers,
  type Finding,
  type Plan,
  type PlannedTask,
  type StackMode,
} from '../model/plan/plan.ts';
import type { SizeHistory } from '../model/plan/repository-index.ts';
import type { SecondReading } from '../model/plan/second-reading.ts';
import { layOut } from '../model/state/timeline.ts';
import { arrange } from './order/arrange.ts';
import { placeBarriers } from './order/barriers.ts';
import {
  balanceFindings,
  findOutliers,
  tooFewFinding,
  type BalanceOptions,
} from './findings/balance-findings.ts';
import { assignBatches, type BatchChoice } from './order/batches.ts';
import { weighStacks, type StackChoice } from './order/weigh-stacks.ts';
import { joinPhases, newDependencies, newOverlaps, type Standing } from './order/standing.ts';
import { computeChecklist } from './findings/checklist.ts';
import { conflictFindings, hubFindings } from './findings/conflict-findings.ts';
import { measureCoupling, type Coupling } from './order/coupling.ts';
import { untangle, type Cycle } from './order/cycles.ts';
import { findDependencies } from './order/dependencies.ts';
import { predecessors, type Dependency } from './order/dependency.ts';
import { estimateTask, withMinutes } from './size/estimate.ts';
import { judgeUnasked, openFootprints, type FootprintEvidence } from './footprint.ts';
import { findWaves, makeForecast } from './size/forecast.ts';
import { findHubs, type HubEvidence, type HubUse } from './findings/hubs.ts';
import { isIntegration, readClaims, type IssueClaims } from './findings/read-claims.ts';
import {
  cycleFindings,
  dependencyFindings,
  gatheredFindings,
  outsideFindings,
  phaseFindings,
} from './order/order-findings.ts';
import { readMinutes, readOrders, withReadFiles, type Applied } from './reading/apply-reading.ts';
import type { PastRuns } from './size/past-runs.ts';
import type { TestReach } from './findings/test-reach.ts';
import { withTriedAdvice } from './findings/try-advice.ts';
import { planWithReading } from './reading/plan-with-reading.ts';
import { taskFindings } from './findings/task-findings.ts';
import { asksForTests, textOf } from './task-text.ts';
import { judgePlan } from './findings/judge-plan.ts';

/** What planning may look at in the repository. */
export type Evidence = FootprintEvidence &
  HubEvidence & {
    /** How much similar past changes were. */
    readonly history?: ((task: SubTask) => SizeHistory) | undefined;
    /** What this repository's past runs teach. */
    readonly past?: PastRuns | null | undefined;
    /** What the project's checks would test; nothing is said about it when left out. */
    readonly tests?: readonly TestReach[] | undefined;
    /** MB that one checkout takes. */
    readonly worktreeMb?: number | undefined;
    /** What a second reader says of the issue. */
    readonly reading?: SecondReading | null | undefined;
  };

/** What the user decides about the plan. */
export type PlanOptions = {
  /** Agents at once; 5 when left out. */
  readonly maxWorkers?: number | undefined;
  readonly stack?: StackMode | undefined;
  /** Whether the run merges by itself what is verified, with agents that resolve conflicts; left out: it does not. */
  readonly isMergedByRun?: boolean | undefined;
  readonly batches?: BatchChoice | null | undefined;
  /** Tasks that wait for no other one, whatever the words say. */
  readonly independent?: readonly number[] | undefined;
  /** Only these tasks; all when left out. */
  readonly only?: readonly number[] | null | undefined;
  /** What a run has of its plan: it stays as it is, and the other tasks of the issue join it. */
  readonly standing?: Standing | null | undefined;
};

/**
 * Plans an issue, and leaves out the advice that would not improve the plan: see `planOnce`, and `withTriedAdvice`.
 */
export function planIssue(whole: MasterIssue, evidence: Evidence, options: PlanOptions = {}): Plan {
  const once = { ...evidence, predict: onceEach(evidence.predict) };
  return withTriedAdvice(planOnce(whole, once, options), whole, (changed) =>
    planOnce(changed, evidence, options),
  );
}

/**
 * Plans an issue's open tasks: what each will touch, what speaks against running them side by side, in which order they
 * run, how long that will take, and whether it pays off at all. The same issue and evidence give the same plan.
 */
export function planOnce(whole: MasterIssue, evidence: Evidence, options: PlanOptions = {}): Plan {
  const { reading = null } = evidence;
  const rules = planByRules(whole, evidence, options);
  if (reading === null) return rules;
  const { independent = [] } = options;
  return planWithReading({ reading, rules, independent }, (applied) =>
    planByRules(whole, { ...evidence, applied }, options),
  );
}

/** What rules are applied to: the evidence, and what they take from a second reading. */
type RuleEvidence = Evidence & { readonly applied?: Applied };

function planByRules(whole: MasterIssue, evidence: RuleEvidence, options: PlanOptions): Plan {
  const prepared = prepare(chosenPart(whole, options.only ?? null), evidence, options);
  const { issue, tasks, stack, overlaps, coupling } = prepared;
  const { phases, acceptance, context } = issue;
  const forecast = makeForecast({
    phases,
    tasks,
    workers: options.maxWorkers ?? usualWorkers,
    sideBySide: sideBySide(tasks, overlaps),
    worktreeMb: evidence.worktreeMb ?? 0,
    past: evidence.past ?? null,
  });
  // With one worker, nobody waits for the longest task.
  const outliers = forecast.workers === 1 ? [] : findOutliers({ phases, tasks });
  const checklist = computeChecklist({
    ...prepared,
    outliers,
    forecast,
    tests: evidence.tests ?? null,
  });
  const findings = findingsOf(prepared, { phases, tasks, outliers, workers: forecast.workers });
  const { saidIntegrated } = prepared;
  const judged = { checklist, coupling, forecast, phases, tasks, findings, stack, saidIntegrated };
  return {
    phases,
    tasks,
    skipped: whole.skipped,
    acceptance,
    context,
    findings,
    order: layOut({ phases, tasks }, forecast.workers).map(({ ordinal }) => ordinal),
    stack,
    schedule: findWaves({ phases, tasks }),
    checklist,
    ...judgePlan(judged),
    forecast,
  };
}

/** An issue with everything that was found out about it, before it is judged. */
type Prepared = {
  readonly issue: MasterIssue;
  readonly stack: StackMode;
  /** In their order. */
  readonly tasks: readonly PlannedTask[];
  readonly areTestsAsked: boolean;
  readonly cycles: readonly Cycle[];
  readonly againstPhases: readonly Dependency[];
  /** Dependencies that a barrier was put in for. */
  readonly gathered: readonly Dependency[];
  readonly overlaps: readonly Overlap[];
  /** What is done about pairs that may collide. */
  readonly choices: readonly StackChoice[];
  readonly coupling: Coupling;
  readonly hubs: readonly HubUse[];
  readonly integrated: string | null;
  /** The author's own words for it. */
  readonly saidIntegrated: string | null;
};

function prepare(issue: MasterIssue, given: RuleEvidence, options: PlanOptions): Prepared {
  const evidence = { ...given, predict: onceEach(given.predict) };
  const { applied } = given;
  const stack = options.stack ?? 'auto';
  const claims = readClaims(issue);
  const areTestsAsked = asksForTests(issue.acceptance.join('\n'));
  const { standing = null } = options;
  const located = locate(issue, evidence, { claims, areTestsAsked }).map(
    (task) => standing?.tasks.find(({ ordinal }) => ordinal === task.ordinal) ?? task,
  );
  const named = located.map((task) => ({ task, footprint: task.footprint }));
  const found = findDependencies(issue, named, options.independent ?? []);
  const { dependencies: byRules, cycles } = untangle(newDependencies(standing, found.dependencies));
  const dependencies = [...byRules, ...(applied === undefined ? [] : readOrders(applied))];
  const overlaps = newOverlaps(standing, findOverlaps(located, judgeUnasked(evidence, located)));
  const dependsOn = predecessors(dependencies);
  const { phases, gathered, batched } = divide(
    { ...issue, tasks: located },
    { dependencies, overlaps },
    options,
  );
  const workers = options.maxWorkers ?? usualWorkers;
  const { isMergedByRun = false } = options;
  const weighed = {
    ...{ phases, tasks: batched, dependsOn, overlaps, workers, isMergedByRun, standing },
  };
  const choices = weighStacks(weighed);
  const apart = choices.filter(({ choice }) => choice === 'stack').map((choice) => choice.tasks);
  const tasks = arrange({ phases, tasks: batched, dependsOn, apart, stack, standing });
  return {
    issue: { ...issue, phases },
    gathered,
    stack,
    tasks,
    areTestsAsked,
    cycles,
    againstPhases: found.againstPhases,
    overlaps,
    choices,
    coupling: measureCoupling({ phases, tasks }, { dependencies, overlaps }),
    hubs: findHubs(tasks, evidence),
    integrated: integrationOf(issue, claims, tasks, areTestsAsked),
    saidIntegrated: claims.integrated,
  };
}

/** Divides tasks into phases and batches; those that join a run leave what it has as it is. */
function divide(
  given: { readonly phases: readonly Phase[]; readonly tasks: readonly PlannedTask[] },
  known: { readonly dependencies: readonly Dependency[]; readonly overlaps: readonly Overlap[] },
  { standing = null, batches = null }: PlanOptions,
): Pick<Prepared, 'gathered'> & {
  readonly phases: readonly Phase[];
  readonly batched: readonly PlannedTask[];
} {
  const dependsOn = predecessors(known.dependencies);
  if (standing === null) {
    const { phases, tasks, gathered } = placeBarriers(given, known);
    return { phases, gathered, batched: withBatches(tasks, dependsOn, batches) };
  }
  const { phases, tasks, behind } = joinPhases(standing, given.tasks, dependsOn);
  const gathered = known.dependencies.filter(({ task }) => behind.has(task));
  return { phases, gathered, batched: tasks };
}

/** A prediction is used twice, and made once. */
function onceEach(predict: Evidence['predict']): Evidence['predict'] {
  if (predict === undefined) return undefined;
  const known = new Map<number, ReturnType<typeof predict>>();
  return (task) => {
    const before = known.get(task.ordinal);
    if (before !== undefined) return before;
    const found = predict(task);
    known.set(task.ordinal, found);
    return found;
  };
}

function findingsOf(prepared: Prepared, balance: BalanceOptions): Finding[] {
  const { issue, tasks, stack, coupling, areTestsAsked } = prepared;
  const findings = [
    ...conflictFindings(tasks, coupling.conflicts, { stack, choices: prepared.choices }),
    ...hubFindings(prepared.hubs),
    ...dependencyFindings(tasks, coupling.dependencies, stack),
    ...gatheredFindings(prepared.gathered),
    ...cycleFindings(tasks, prepared.cycles),
    ...phaseFindings(tasks, prepared.againstPhases),
    ...outsideFindings(issue, prepared.integrated),
    ...balanceFindings(balance),
    ...taskFindings(tasks, { areTestsAsked, acceptance: issue.acceptance }),
    ...tooFewFinding(tasks),
  ];
  return balance.workers === 1 && stack === 'auto' ? findings.flatMap(forOneWorker) : findings;
}

/** Where one worker takes all tasks in turn, no advice says how to run them side by side. */
function forOneWorker(finding: Finding): Finding[] {
  if (finding.kind === 'too-few') return [];
  const isAboutOrder = ['file-conflict', 'dependency', 'hub-file'].includes(finding.kind);
  return [isAboutOrder ? { ...finding, advice: '' } : finding];
}

function chosenPart(issue: MasterIssue, only: readonly number[] | null): MasterIssue {
  if (only === null) return issue;
  return { ...issue, tasks: issue.tasks.filter(({ ordinal }) => only.includes(ordinal)) };
}

/** The tasks with their files and estimates, in no order yet. */
function locate(
  issue: MasterIssue,
  evidence: RuleEvidence,
  { claims, areTestsAsked }: { readonly claims: IssueClaims; readonly areTestsAsked: boolean },
): PlannedTask[] {
  const footprintOf = openFootprints(evidence, {
    sharedByAll: claims.sharedByAll,
    tasks: issue.tasks.length,
  });
  return issue.tasks.map((task: SubTask) => {
    const { files, applied, past = null } = evidence;
    const plain = footprintOf(task);
    const footprint = applied === undefined ? plain : withReadFiles(plain, task.ordinal, applied);
    const [history, predicted] = [evidence.history?.(task), evidence.predict?.(task)];
    const known = { files, footprint, predicted, areTestsAsked, history, past };
    const minutes = applied === undefined ? null : readMinutes(task.ordinal, applied);
    const estimate = withMinutes(estimateTask(task, known), minutes);
    return { ...task, dependsOn: [], stackOn: null, batch: 1, ...estimate, footprint };
  });
}

/** Overlaps of tasks that neither a barrier nor a stack keeps apart. */
function sideBySide(tasks: readonly PlannedTask[], overlaps: readonly Overlap[]): Overlap[] {
  const phases = new Map(tasks.map(({ ordinal, phase }) => [ordinal, phase]));
  const stackOn = new Map(tasks.map((task) => [task.ordinal, task.stackOn]));
  return overlaps.filter(
    ({ tasks: [one, other] }) =>
      phases.get(one) === phases.get(other) && !areStacked(stackOn, [one, other]),
  );
}

function withBatches(
  tasks: readonly PlannedTask[],
  dependsOn: ReadonlyMap<number, readonly number[]>,
  choice: BatchChoice | null,
): PlannedTask[] {
  const batches = assignBatches(tasks, dependsOn, choice);
  return tasks.map((task) => ({ ...task, batch: batches.get(task.ordinal) ?? 1 }));
}

/**
 * Why the tasks are one integration, if they are: the author says that they cannot be tested alone, or the issue is to
 * integrate something and most tasks name neither a place nor a test of their own.
 */
function integrationOf(
  issue: MasterIssue,
  claims: IssueClaims,
  tasks: readonly PlannedTask[],
  areTestsAsked: boolean,
): string | null {
  if (claims.integrated !== null) return `the issue says: “${claims.integrated.slice(0, 100)}”`;
  if (!isIntegration(issue)) return null;
  const bare = tasks.filter(
    (task) =>
      !areTestsAsked &&
      !task.footprint.some(({ isDeclared }) => isDeclared) &&
      !asksForTests(textOf(task)),
  );
  return tasks.length > 2 && bare.length * 2 > tasks.length
    ? `the issue is one integration (“${issue.title.slice(0, 60)}”), and most tasks name no file or test of their own`
    : null;
}
