import { openExistingJournal } from '../journal/sqlite-journal.ts';
import type { IssueRef } from '../model/issue/issue.ts';
import { withFindings } from '../model/plan/plan.ts';
import { foldRun } from '../model/state/fold-run.ts';
import type { RunState } from '../model/state/run-state.ts';
import { planIssue } from '../planning/plan-issue.ts';
import { readIssueArgument } from './issue/issue-argument.ts';
import { peekIssue } from './issue/peek-issue.ts';
import { asRunKnows } from './issue/run-numbers.ts';
import { subIssueTask, succeededWords } from './issue/sub-issue.ts';
import { openStart, type Start } from './open-start.ts';
import { checkOrdinals } from './plan/check-ordinals.ts';
import { lookAround } from './plan/look-around.ts';
import { planOptions } from './plan/plan-evidence.ts';
import { readSecond } from './plan/second-reader.ts';
import type { PlannedIssue } from './planned-issue.ts';
import type { OrchestrateOptions } from './settings/given-flags.ts';
import type { AppContext } from './user-interface.ts';

type PlanOnlyParams = Start & {
  readonly argument: string;
  readonly context: AppContext;
  readonly options: OrchestrateOptions;
};

/** An issue that could be planned. */
export type Planning = {
  /** That the one task that was named has succeeded, in words; null when it has not, or all were meant. */
  readonly done: string | null;
  readonly plan: () => Promise<PlannedIssue>;
};

/**
 * Opens an issue to plan it as a start with these options would. Writes nothing but a cache outside the repository,
 * creates nothing, sends nothing.
 */
export async function openPlanning(
  argument: string,
  options: OrchestrateOptions,
  context: AppContext,
): Promise<Planning> {
  const start = await openStart(argument, { options: { ...options, dryRun: true }, context });
  const params = { ...start, argument, options, context };
  const named = findNamedTask(params);
  return { done: named?.done ?? null, plan: () => planIt(params, named) };
}

async function planIt(params: PlanOnlyParams, named: NamedTask | null): Promise<PlannedIssue> {
  const { settings, options, context } = params;
  const peeked = await peekIssue(params, named?.master ?? null);
  const found = asRunKnows(runOf(params, peeked.ref), peeked) ?? peeked;
  const { ref, master } = found;
  // What has succeeded is not done again: there is nothing to plan.
  const isDone = named !== null && named.done !== null;
  const chosen = named === null ? options.tasks : [named.ordinal];
  const only = isDone ? [] : (chosen ?? null);
  if (!isDone) checkOrdinals({ ...options, tasks: chosen }, master);
  const seen = await lookAround(params, found);
  const maxWorkers = Math.max(1, seen.fit.workers);
  const planning = { ...planOptions(settings), maxWorkers, only };
  const reading = await readSecond({
    ...{ settings, env: context.env, identity: params.place.repository.identity },
    ...{ markdown: found.markdown, files: seen.evidence.files },
    plan: () => planIssue(master, seen.evidence, { ...planning, only: null }),
    note: context.user.warn,
  });
  const planned = planIssue(master, { ...seen.evidence, reading }, planning);
  const plan = withFindings(planned, [...found.findings, ...seen.findings]);
  const { project, damages } = seen;
  return { issue: { ref, title: master.title }, plan, project, damages };
}

/** The one task that is meant, when the argument was a sub-issue. */
type NamedTask = {
  readonly master: IssueRef;
  readonly ordinal: number;
  /** That it has succeeded, in words; null when it has not. */
  readonly done: string | null;
};

function findNamedTask({ argument, target, place }: PlanOnlyParams): NamedTask | null {
  const journal = openExistingJournal(place.state.journal, () => new Date());
  if (journal === null) return null;
  try {
    const task = subIssueTask(journal, readIssueArgument(argument), target);
    if (task === null) return null;
    const run = journal.findRun(task.master);
    const state = run === null ? null : foldRun(journal.readSound(run).events);
    return { ...task, done: state === null ? null : succeededWords(state, task.ordinal) };
  } finally {
    journal.close();
  }
}

/** The run that an issue has; null when it was never run. */
function runOf({ place }: PlanOnlyParams, issue: IssueRef): RunState | null {
  const journal = openExistingJournal(place.state.journal, () => new Date());
  try {
    const run = journal?.findRun(issue) ?? null;
    return run === null ? null : foldRun(journal?.readSound(run).events ?? []);
  } finally {
    journal?.close();
  }
}
