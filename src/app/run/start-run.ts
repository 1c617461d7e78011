import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Journal } from '../../journal/journal.ts';
import type { RunEvent } from '../../model/event/event.ts';
import type { TaskReturned } from '../../model/event/pull-event.ts';
import type { RunSettings } from '../../model/options/run-settings.ts';
import type { IssueDigest } from '../../model/issue/issue-digest.ts';
import { displayIssue, type IssueRef } from '../../model/issue/issue.ts';
import { runId } from '../../model/names.ts';
import { withAddedTasks } from '../../model/plan/added-tasks.ts';
import type { Plan } from '../../model/plan/plan.ts';
import type { ProcessIdentity } from '../../model/process-identity.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import { isOver, type TaskState } from '../../model/state/task-state.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { UserError } from '../../model/user-error.ts';
import { openRunRecord, type RunRecord } from '../../services/run-record.ts';
import { findShiftedTasks } from '../issue/issue-edits.ts';
import type { Settings } from '../settings/settings.ts';

/** What there is to do for an issue: the run that it has, the plan that holds now, and the tasks to work on. */
export type Intent = {
  /** Null: the issue was never run. */
  readonly known: RunState | null;
  readonly plan: Plan;
  /** Longest first. */
  readonly ordinals: readonly number[];
  /** The tasks that were chosen, also when some have nothing left to do; null: all. */
  readonly only: readonly number[] | null;
};

export type TaskChoice = {
  /** Only these; null: all. */
  readonly only: readonly number[] | null;
  /** Whether to work again on tasks that failed or were cancelled. */
  readonly isRetry: boolean;
};

/** Decides what to do, without doing any of it. Throws a `UserError` when a task that does not exist is asked for. */
export function decideIntent(
  journal: Journal,
  issue: IssueRef,
  today: Plan,
  choice: TaskChoice,
): Intent {
  const run = journal.findRun(issue);
  const known = run === null ? null : foldRun(journal.read(run, 0));
  const tasks = known?.tasks ?? [];
  const shifted = findShiftedTasks(tasks, today);
  if (shifted.length > 0)
    throw new UserError({ code: 'issue-edited', issue: displayIssue(issue), shifted });
  const plan = mergePlans(known?.plan ?? null, today, tasks);
  const ordinals = plan.tasks.map(({ ordinal }) => ordinal);
  const missing = choice.only?.filter((ordinal) => !ordinals.includes(ordinal)) ?? [];
  if (missing.length > 0)
    throw new UserError({ code: 'no-such-task', ordinals: missing, known: ordinals });
  const isToDo = (ordinal: number): boolean => {
    const task = tasks.find((candidate) => candidate.ordinal === ordinal);
    if (task === undefined || !isOver(task)) return true;
    if (task.status === 'skipped')
      return choice.isRetry || (choice.only?.includes(ordinal) ?? false);
    return choice.isRetry && (task.status === 'failed' || task.status === 'cancelled');
  };
  const phase = phaseToWorkOn(plan, tasks);
  const isReached = (ordinal: number): boolean =>
    plan.tasks.some((task) => task.ordinal === ordinal && task.phase <= phase);
  const isChosen = (ordinal: number): boolean =>
    (choice.only?.includes(ordinal) ?? isReached(ordinal)) && isToDo(ordinal);
  return { known, plan, ordinals: plan.order.filter(isChosen), only: choice.only };
}

/** Phases are barriers: the first of which some task is neither merged nor skipped. Tasks that the author ticked off are no longer there. */
function phaseToWorkOn(plan: Plan, tasks: readonly TaskState[]): number {
  const isDone = (ordinal: number): boolean =>
    tasks.some((task) => task.ordinal === ordinal && ['merged', 'skipped'].includes(task.status));
  const open = plan.tasks.filter(({ ordinal }) => !isDone(ordinal)).map(({ phase }) => phase);
  return open.length === 0 ? 1 : Math.min(...open);
}

/**
 * Today's plan over the one that the run has: tasks that have succeeded stay as they were, even if the author has
 * ticked them off since; all others are as the issue says now.
 */
function mergePlans(before: Plan | null, now: Plan, tasks: readonly TaskState[]): Plan {
  const hasSucceeded = (ordinal: number): boolean =>
    tasks.some((task) => task.ordinal === ordinal && ['completed', 'merged'].includes(task.status));
  const kept = before?.tasks.filter(({ ordinal }) => hasSucceeded(ordinal)) ?? [];
  const fresh = now.tasks.filter(({ ordinal }) => !hasSucceeded(ordinal));
  const merged = [...kept, ...fresh].toSorted((one, other) => one.ordinal - other.ordinal);
  const ordinals = new Set(merged.map(({ ordinal }) => ordinal));
  const order = [...now.order, ...kept.map(({ ordinal }) => ordinal)];
  return {
    ...now,
    tasks: merged,
    skipped: now.skipped.filter(({ ordinal }) => !ordinals.has(ordinal)),
    order: [...new Set(order)].filter((ordinal) => ordinals.has(ordinal)),
  };
}

export type StartParams = {
  readonly journal: Journal;
  readonly issue: IssueRef;
  readonly title: string;
  readonly source: string;
  readonly intent: Intent;
  /** What the issue asks for now; null: it was not read. */
  readonly digest: IssueDigest | null;
  readonly base: { readonly branch: string; readonly sha: string };
  readonly settings: Settings;
  /** Where runs keep their attempts. */
  readonly runs: string;
  readonly isFresh: boolean;
  /** Pull requests that go back to their agents, in place of tasks that are retried. */
  readonly returns?: readonly TaskReturned[];
  readonly self: ProcessIdentity;
  /** Masks the secrets of an event. */
  readonly mask: (event: RunEvent) => RunEvent;
  readonly onBroken: (error: unknown) => void;
};

/** Begins the run of an issue, or takes up the one that it has. */
export function startRun(params: StartParams): RunRecord {
  const { intent, base } = params;
  const settings = runSettings(params);
  const record =
    intent.known === null ? beginRun(params, settings) : openKnownRun(params, intent.known);
  if (intent.known !== null)
    record.record({
      type: 'run-resumed',
      base,
      settings,
      only: intent.only,
      orchestrator: params.self,
    });
  const { digest } = params;
  if (digest !== null && JSON.stringify(intent.known?.issueDigest) !== JSON.stringify(digest))
    record.record({ type: 'issue-read', digest });
  recordPlan(record, intent.plan);
  for (const ordinal of intent.ordinals)
    if (isOver(record.task(ordinal))) record.record(beginAnew(params, ordinal));
  return record;
}

/** Writes a plan down, when the run has another. Tasks that were added while it was made stay in the run. */
export function recordPlan(record: RunRecord, made: Plan): void {
  record.catchUp();
  const plan = withAddedTasks(made, record.state());
  if (wordsOf(record.state().plan) !== wordsOf(plan)) record.record({ type: 'planned', plan });
}

/** How a task that was over is worked on again. */
function beginAnew({ returns = [], isFresh }: StartParams, ordinal: number): RunEvent {
  const returned = returns.find(({ task }) => task === ordinal);
  return returned ?? { type: 'task-retried', task: ordinal, why: 'asked', isFresh };
}

/** What of a plan goes into prompts and order: a run journals a plan only when that is another. */
function wordsOf(plan: Plan | null | undefined): string {
  return JSON.stringify([plan?.tasks, plan?.acceptance, plan?.context, plan?.phases]);
}

function openKnownRun({ journal, mask, onBroken }: StartParams, known: RunState): RunRecord {
  return openRunRecord({ journal, run: known.run, mask, onBroken });
}

function beginRun(params: StartParams, settings: RunSettings): RunRecord {
  const { journal, issue, title, source, base, intent, self, mask, onBroken } = params;
  const run = freeRunId(params, runId(issue, new Date()));
  const first = {
    type: 'run-started',
    issue,
    title,
    source,
    base,
    settings,
    only: intent.only,
    orchestrator: self,
  } as const;
  return openRunRecord({ journal, run, first, mask, onBroken });
}

function runSettings({ settings, intent }: StartParams): RunSettings {
  const before = intent.known?.settings.areCheckChangesAccepted ?? false;
  return {
    agent: settings.agent,
    model: settings.model,
    maxWorkers: settings.maxWorkers,
    timeoutSeconds: settings.timeoutSeconds,
    stallSeconds: settings.stallSeconds,
    checkTimeoutSeconds: settings.checkTimeoutSeconds,
    successThresholdPercent: settings.successThresholdPercent,
    isOutOfScopeAllowed: settings.isOutOfScopeAllowed,
    merge: settings.merge,
    onConflict: settings.onConflict,
    maxTurns: settings.maxTurns,
    maxCostUsd: settings.maxCostUsd,
    maxUnreviewed: settings.maxUnreviewed,
    // What was agreed to once holds for the run.
    areCheckChangesAccepted: settings.areCheckChangesAccepted || before,
    given: settings.given,
  };
}

/** Two runs of one minute get different ids, also when the journal that knew the first was put aside. */
function freeRunId({ journal, runs }: StartParams, wanted: string): string {
  const taken = new Set(journal.runs().map(({ run }) => run));
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? wanted : `${wanted}-${number}`;
    if (!taken.has(id) && !existsSync(join(runs, id))) return id;
  }
}
