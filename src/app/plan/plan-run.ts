import type { Journal } from '../../journal/journal.ts';
import type { IssueRef, MasterIssue } from '../../model/issue/issue.ts';
import { withFindings, type Finding, type Plan } from '../../model/plan/plan.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import { hasSucceeded } from '../../model/state/task-state.ts';
import { planIssue, type Evidence, type PlanOptions } from '../../planning/plan-issue.ts';

export type PlanRunParams = {
  readonly master: MasterIssue;
  readonly evidence: Evidence;
  readonly options: PlanOptions;
  /** Only these tasks should be worked on now; null: all. */
  readonly only: readonly number[] | null;
  readonly journal: Journal;
  readonly issue: IssueRef;
  /** Findings that are not about tasks, but about the issue's author. */
  readonly findings: readonly Finding[];
};

/** The plan that a run records, and the plan of what it works on now, which the user must agree to. */
export type RunPlans = { readonly whole: Plan; readonly now: Plan };

/**
 * Plans an issue for a run. When only some tasks are chosen, these stack on each other and on what has succeeded, and
 * never on a task that was not chosen.
 */
export function planRun(params: PlanRunParams): RunPlans {
  const { master, evidence, options, only, findings } = params;
  const whole = withFindings(planIssue(master, evidence, options), findings);
  if (only === null) return { whole, now: whole };
  const ground = planIssue(master, evidence, { ...options, only: [...only, ...succeeded(params)] });
  const chosen = new Map(
    ground.tasks
      .filter(({ ordinal }) => only.includes(ordinal))
      .map((task) => [task.ordinal, task]),
  );
  const tasks = whole.tasks.map((task) => chosen.get(task.ordinal) ?? task);
  const started = [...new Set([...ground.order, ...whole.order])];
  return {
    whole: { ...whole, tasks, order: started },
    now: withFindings(planIssue(master, evidence, { ...options, only }), findings),
  };
}

function succeeded({ journal, issue }: PlanRunParams): number[] {
  const run = journal.findRun(issue);
  const state = run === null ? null : foldRun(journal.read(run, 0));
  return state?.tasks.filter(hasSucceeded).map(({ ordinal }) => ordinal) ?? [];
}
