import type { BaseSeenOnForge, PauseReason, RunEnded } from '../event/run-event.ts';
import type { ChangedSettings, RunSettings } from '../options/run-settings.ts';
import type { SeenConflict } from '../merge/conflict.ts';
import type { CheckResult } from '../failure/failure.ts';
import type { IssueDigest } from '../issue/issue-digest.ts';
import type { IssueRef } from '../issue/issue.ts';
import type { Finding, Plan } from '../plan/plan.ts';
import type { ProcessIdentity } from '../process-identity.ts';
import type { TrainCar } from '../merge/train-car.ts';
import type { TrainState } from '../merge/train.ts';
import type { UnionVerdict } from '../merge/union.ts';
import type { QuestionState } from './question-state.ts';
import type { ReplyState } from './reply-state.ts';
import type { UndoState } from './undo-state.ts';
import { type TaskState, taskCost } from './task-state.ts';
import type { PauseSpan, WorkSpan } from './work-span.ts';

/** A run, folded from its events. Everything that people look at is a function of this. */
export type RunState = {
  readonly run: string;
  readonly issue: IssueRef;
  readonly title: string;
  readonly source: string;
  readonly base: { readonly branch: string; readonly sha: string };
  /** The commit that the run began with: its checks count until the user agrees to others. */
  readonly firstBase: string;
  /**
   * The commits of the base that work of this phase may begin after, the newest last: the one that the phase began with,
   * and each merge into it since.
   */
  readonly grounds: readonly string[];
  readonly settings: RunSettings;
  /** What of them was changed while the run went on, and no later start has overridden. */
  readonly changedSettings: ChangedSettings;
  /** The tasks that the newest orchestrator was told to work on; null: all. */
  readonly only: readonly number[] | null;
  readonly orchestrator: ProcessIdentity;
  /** What the issue asked for when it was last planned; null where it was not noted. */
  readonly issueDigest: IssueDigest | null;
  readonly plan: Plan | null;
  /** The tasks that were added to the plan since the newest start, in the order in which they were. */
  readonly added: readonly number[];
  readonly findings: readonly Finding[];
  readonly baseChecks: readonly CheckResult[] | null;
  /** What the forge's own checks said of the base; null where nobody asked. */
  readonly baseOnForge: Pick<BaseSeenOnForge, 'checks' | 'failed'> | null;
  /** Whether the user let the run continue although the base is red. */
  readonly isRedBaseAccepted: boolean;
  readonly artefacts: readonly string[];
  /** Files of the base that setup and checks were seen to change. */
  readonly changedByChecks: readonly string[];
  /** In the order of their ordinals. */
  readonly tasks: readonly TaskState[];
  readonly drain: 'none' | 'drain' | 'now';
  /** The issue that reports why tasks failed; null while none was made. */
  readonly diagnosis: {
    readonly number: number;
    readonly url: string;
    /** Whether it was closed, since what had failed has succeeded. */
    readonly isOver: boolean;
  } | null;
  /** Whether somebody asked for the end of the whole run. */
  readonly isCancelRequested: boolean;
  /** What agents have asked, in the order in which they did. */
  readonly questions: readonly QuestionState[];
  /** What was said on the forge to people whose answers were not taken. */
  readonly replies: readonly ReplyState[];
  /** Whether somebody asked that nothing new starts, in this start or before, and nobody asked to continue since. */
  readonly isPauseAsked: boolean;
  /** Why nothing new starts, apart from what somebody asked for; null when something may. */
  readonly pause: {
    readonly reason: PauseReason;
    readonly message: string;
    readonly until: string | null;
  } | null;
  /** When nothing new was started, and why, one pause after the other. */
  readonly pauses: readonly PauseSpan[];
  /** How the newest orchestrator's work ended; null while it is running, or when it died. */
  readonly ended: RunEnded['how'] | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** When its orchestrators were at work, one start after the other. */
  readonly spans: readonly WorkSpan[];
  /** The time of the newest event. */
  readonly updatedAt: string;
  /** Work that does not merge as it stands, as the radar last saw it. */
  readonly conflicts: readonly SeenConflict[];
  /** What merging is at now: it judges all branches together, or merges them one by one; null when it does neither. */
  readonly merging: 'judging' | 'merging' | null;
  /** What all finished branches were together, when they were last judged. */
  readonly union: UnionVerdict | null;
  /** The order in which they were planned to merge then. */
  readonly mergeOrder: readonly TrainCar[];
  /** The newest merge train. */
  readonly train: TrainState | null;
  /** What was asked to be undone after it was merged, in the order in which it was. */
  readonly undos: readonly UndoState[];
  /** Whether the master issue was closed, since all of it is merged. */
  readonly isIssueClosed: boolean;
  readonly unexpected: readonly { readonly task: number | null; readonly message: string }[];
};

/** The phase that a run is in: the first of which some task is neither merged nor skipped; else the last. */
export function currentPhase(state: RunState): number {
  const planned = state.plan?.tasks ?? [];
  const last = Math.max(1, ...planned.map(({ phase }) => phase));
  const isDone = (ordinal: number): boolean => {
    const status = state.tasks.find((task) => task.ordinal === ordinal)?.status;
    return status === 'merged' || status === 'skipped';
  };
  for (let phase = 1; phase < last; phase += 1)
    if (planned.some((task) => task.phase === phase && !isDone(task.ordinal))) return phase;
  return last;
}

/** The tasks of the phases that a run has reached, and those that were chosen ahead of them; those behind a barrier do not count yet. */
export function reachedTasks(state: RunState): readonly TaskState[] {
  const phase = currentPhase(state);
  const reached = new Set(
    state.plan?.tasks.filter((task) => task.phase <= phase).map(({ ordinal }) => ordinal),
  );
  const isChosen = (ordinal: number): boolean => state.only?.includes(ordinal) ?? false;
  return state.tasks.filter(({ ordinal }) => reached.has(ordinal) || isChosen(ordinal));
}

/** What a run and each attempt may cost in US dollars, as it stands now; null: any amount. */
export function budgetOf({ settings }: Pick<RunState, 'settings'>): number | null {
  return settings.maxCostUsd ?? null;
}

/** Whether a run has spent what it may spend. */
export function isBudgetSpent(state: Pick<RunState, 'settings' | 'tasks'>): boolean {
  const budget = budgetOf(state);
  return budget !== null && spentOn(state) >= budget;
}

/** What a run has cost so far in US dollars, as far as its agents report it. */
export function spentOn({ tasks }: Pick<RunState, 'tasks'>): number {
  return tasks.reduce((sum, task) => sum + (taskCost(task) ?? 0), 0);
}
