import { findOverlaps, isConflict, type Overlap } from '../model/overlap.ts';
import type { MasterIssue, SubTask } from '../model/issue.ts';
import type { Finding, Plan, PlannedTask, StackMode } from '../model/plan.ts';
import type { SecondReading } from '../model/second-reading.ts';
import { layOut } from '../model/timeline.ts';
import { arrange } from './arrange.ts';
import { balanceFindings, findOutliers, tooFewFinding } from './balance-findings.ts';
import type { BatchChoice } from './batches.ts';
import { computeChecklist } from './checklist.ts';
import { conflictFindings, hubFindings } from './conflict-findings.ts';
import { measureCoupling, type Coupling } from './coupling.ts';
import { untangle } from './cycles.ts';
import { findDependencies } from './dependencies.ts';
import { predecessors, type Dependency } from './dependency.ts';
import { estimateTask, withMinutes } from './estimate.ts';
import { judgeUnasked, openFootprints, type FootprintEvidence } from './footprint.ts';
import { findWaves, makeForecast } from './forecast.ts';
import { findHubs, type HubEvidence, type HubUse } from './hubs.ts';
import { isIntegration, readClaims, type IssueClaims } from './issue-claims.ts';
import {
  cycleFindings,
  dependencyFindings,
  outsideFindings,
  phaseFindings,
} from './order-findings.ts';
import { readMinutes, readOrders, withReadFiles, type Heeded } from './heed-reading.ts';
import type { PastRuns } from './past-runs.ts';
import { planWithReading } from './plan-with-reading.ts';
import { taskFindings } from './task-findings.ts';
import { asksForTests, textOf } from './task-text.ts';
import { decideVerdict, findRefusals } from './verdict.ts';

/** What planning may look at in the repository. */
export type Evidence = FootprintEvidence &
  HubEvidence & {
    /** What this repository's past runs teach. */
    readonly past?: PastRuns | null | undefined;
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
  readonly batches?: BatchChoice | null | undefined;
  /** Tasks that wait for no other one, whatever the words say. */
  readonly independent?: readonly number[] | undefined;
  /** Only these tasks; all when left out. */
  readonly only?: readonly number[] | null | undefined;
};

/**
 * Plans an issue's open tasks: what each will touch, what speaks against running them side by side, in which order they
 * run, how long that will take, and whether it pays at all. The same issue and evidence give the same plan.
 */
export function planIssue(whole: MasterIssue, evidence: Evidence, options: PlanOptions = {}): Plan {
  const { reading = null } = evidence;
  const rules = planByRules(whole, evidence, options);
  if (reading === null) return rules;
  const { independent = [] } = options;
  return planWithReading({ reading, rules, independent }, (heeded) =>
    planByRules(whole, { ...evidence, heeded }, options),
  );
}

/** What rules are applied to: beside the evidence, what they take from a second reading. */
type RuleEvidence = Evidence & { readonly heeded?: Heeded };

function planByRules(whole: MasterIssue, evidence: RuleEvidence, options: PlanOptions): Plan {
  const prepared = prepare(chosenPart(whole, options.only ?? null), evidence, options);
  const { issue, tasks, stack, overlaps, coupling } = prepared;
  const { phases, acceptance, context } = issue;
  const forecast = makeForecast({
    phases,
    tasks,
    workers: options.maxWorkers ?? 5,
    sideBySide: together(tasks, overlaps).filter(
      (overlap) => stack === 'never' || !isConflict(overlap),
    ),
    worktreeMb: evidence.worktreeMb ?? 0,
    past: evidence.past ?? null,
  });
  const outliers = findOutliers({ phases, tasks });
  const checklist = computeChecklist({ ...prepared, outliers, forecast });
  const { isSaidIntegrated } = prepared;
  const verdict = decideVerdict({ checklist, coupling, forecast, phases, isSaidIntegrated });
  const findings = findingsOf(prepared);
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
    verdict,
    refusals: findRefusals(verdict, coupling, { findings, stack }),
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
  readonly cycles: readonly (readonly number[])[];
  readonly againstPhases: readonly Dependency[];
  readonly overlaps: readonly Overlap[];
  readonly coupling: Coupling;
  readonly hubs: readonly HubUse[];
  readonly integrated: string | null;
  /** Whether the author says so. */
  readonly isSaidIntegrated: boolean;
};

function prepare(issue: MasterIssue, given: RuleEvidence, options: PlanOptions): Prepared {
  const evidence = { ...given, predict: onceEach(given.predict) };
  const { heeded } = given;
  const { phases } = issue;
  const stack = options.stack ?? 'auto';
  const claims = readClaims(issue);
  const areTestsAsked = asksForTests(issue.acceptance.join('\n'));
  const located = locate(issue, evidence, { claims, areTestsAsked });
  const named = located.map((task) => ({ task, footprint: task.footprint }));
  const found = findDependencies(issue, named, claims);
  const { dependencies: byRules, cycles } = untangle(found.dependencies);
  const dependencies = [...byRules, ...(heeded === undefined ? [] : readOrders(heeded))];
  const overlaps = findOverlaps(located, judgeUnasked(evidence, located));
  const dependsOn = predecessors(dependencies);
  const batches = options.batches ?? null;
  const tasks = arrange({ phases, tasks: located, dependsOn, overlaps, stack, batches });
  return {
    issue,
    stack,
    tasks,
    areTestsAsked,
    cycles,
    againstPhases: found.againstPhases,
    overlaps,
    coupling: measureCoupling({ phases, tasks }, { dependencies, overlaps }),
    hubs: findHubs(tasks, evidence),
    integrated: integrationOf(issue, claims, tasks, areTestsAsked),
    isSaidIntegrated: claims.integrated !== null,
  };
}

/** A prediction is asked for twice, and made once. */
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

function findingsOf(prepared: Prepared): Finding[] {
  const { issue, tasks, stack, coupling, areTestsAsked } = prepared;
  return [
    ...conflictFindings(tasks, coupling.conflicts, stack),
    ...hubFindings(prepared.hubs),
    ...dependencyFindings(tasks, coupling.dependencies, stack),
    ...cycleFindings(tasks, prepared.cycles),
    ...phaseFindings(tasks, prepared.againstPhases),
    ...outsideFindings(issue, prepared.integrated),
    ...balanceFindings({ phases: issue.phases, tasks }),
    ...taskFindings(tasks, areTestsAsked),
    ...tooFewFinding(tasks),
  ];
}

function chosenPart(issue: MasterIssue, only: readonly number[] | null): MasterIssue {
  if (only === null) return issue;
  return { ...issue, tasks: issue.tasks.filter(({ ordinal }) => only.includes(ordinal)) };
}

/** The tasks with their files and estimates, in no order yet. */
function locate(
  issue: MasterIssue,
  evidence: RuleEvidence,
  known: { readonly claims: IssueClaims; readonly areTestsAsked: boolean },
): PlannedTask[] {
  const footprintOf = openFootprints(evidence, {
    sharedByAll: known.claims.sharedByAll,
    tasks: issue.tasks.length,
  });
  const minutesFactor = evidence.past?.minutesFactor ?? 1;
  return issue.tasks.map((task: SubTask) => {
    const { files, heeded } = evidence;
    const plain = footprintOf(task);
    const footprint = heeded === undefined ? plain : withReadFiles(plain, task.ordinal, heeded);
    const { areTestsAsked } = known;
    const minutes = heeded === undefined ? null : readMinutes(task.ordinal, heeded);
    const estimate = withMinutes(
      estimateTask(task, { files, footprint, areTestsAsked, minutesFactor }),
      minutes,
    );
    return { ...task, dependsOn: [], stackOn: null, batch: 1, ...estimate, footprint };
  });
}

/** Overlaps of tasks that no barrier keeps apart. */
function together(tasks: readonly PlannedTask[], overlaps: readonly Overlap[]): Overlap[] {
  const phases = new Map(tasks.map(({ ordinal, phase }) => [ordinal, phase]));
  return overlaps.filter(({ tasks: [one, other] }) => phases.get(one) === phases.get(other));
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
