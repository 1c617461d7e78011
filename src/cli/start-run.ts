import type { LocalForge } from '../forge/local/local-forge.ts';
import type { Journal } from '../journal/journal.ts';
import type { RunSettings } from '../model/event.ts';
import type { IssueRef, MasterIssue } from '../model/issue.ts';
import { runId } from '../model/names.ts';
import type { Plan, PlannedTask } from '../model/plan.ts';
import type { ProcessIdentity } from '../model/process-identity.ts';
import type { TaskState } from '../model/run-state.ts';
import { openRunRecord, type RunRecord } from '../orchestration/run-record.ts';
import type { Settings } from './settings.ts';

export type StartOrder = {
  readonly journal: Journal;
  readonly forge: LocalForge;
  readonly issue: IssueRef;
  readonly source: string;
  readonly master: MasterIssue;
  readonly plan: Plan;
  readonly base: { readonly branch: string; readonly sha: string };
  readonly settings: Settings;
  readonly self: ProcessIdentity;
  readonly onBroken: (error: unknown) => void;
};

/** Begins the run of an issue, or takes up the one that it has, with the plan of today. */
export function startRun(order: StartOrder): RunRecord {
  const { journal, issue, base, plan, onBroken } = order;
  const settings = runSettings(order.settings);
  const known = journal.findRun(issue);
  if (known !== null) {
    const record = openRunRecord({ journal, run: known, onBroken });
    record.record({ type: 'run-resumed', base, settings, orchestrator: order.self });
    const merged = mergePlans(record.state().plan, plan, record.state().tasks);
    if (merged !== null) record.record({ type: 'planned', plan: merged });
    return record;
  }
  const record = openRunRecord({
    journal,
    run: freeRunId(journal, runId(issue, new Date())),
    first: {
      type: 'run-started',
      issue,
      title: order.master.title,
      source: order.source,
      base,
      settings,
      orchestrator: order.self,
    },
    onBroken,
  });
  record.record({ type: 'planned', plan });
  return record;
}

function runSettings(settings: Settings): RunSettings {
  return {
    agent: settings.agent,
    model: settings.model,
    maxWorkers: settings.maxWorkers,
    timeoutSeconds: settings.timeoutSeconds,
    checkTimeoutSeconds: settings.checkTimeoutSeconds,
    successThresholdPercent: settings.successThresholdPercent,
    isOutOfScopeAllowed: settings.isOutOfScopeAllowed,
  };
}

/** Two runs of one minute get different ids. */
function freeRunId(journal: Journal, wanted: string): string {
  const taken = new Set(journal.runs().map(({ run }) => run));
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? wanted : `${wanted}-${number}`;
    if (!taken.has(id)) return id;
  }
}

/**
 * Today's plan over the one that the run has: tasks that have succeeded stay as they were, also when the author has
 * ticked them off since; all others are as the issue says now. Null when that is what the run has already.
 */
function mergePlans(
  before: Plan | null,
  now: Plan,
  tasks: readonly TaskState[],
): Plan | null {
  const hasSucceeded = (ordinal: number): boolean =>
    tasks.some((task) => task.ordinal === ordinal && ['completed', 'merged'].includes(task.status));
  const kept = before?.tasks.filter(({ ordinal }) => hasSucceeded(ordinal)) ?? [];
  const fresh = now.tasks.filter(({ ordinal }) => !hasSucceeded(ordinal));
  const merged = [...kept, ...fresh].toSorted((one, other) => one.ordinal - other.ordinal);
  if (before !== null && JSON.stringify(merged) === JSON.stringify(before.tasks)) return null;
  const ordinals = new Set(merged.map(({ ordinal }: PlannedTask) => ordinal));
  return {
    ...now,
    tasks: merged,
    skipped: now.skipped.filter(({ ordinal }) => !ordinals.has(ordinal)),
    order: [...now.order, ...kept.map(({ ordinal }) => ordinal)].filter(
      (ordinal, index, all) => ordinals.has(ordinal) && all.indexOf(ordinal) === index,
    ),
  };
}
