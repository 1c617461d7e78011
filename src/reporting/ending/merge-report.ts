import { addedTasks } from '../../model/plan/added-tasks.ts';
import { begunPhase, isToCome } from '../../model/state/phases.ts';
import { currentPhase, reachedTasks, type RunState } from '../../model/state/run-state.ts';
import type { TaskState } from '../../model/state/task-state.ts';
import { isLeftOut } from '../../model/state/run-status.ts';
import type { LeaveReason } from '../../model/merge/train-car.ts';
import type { TrainState } from '../../model/merge/train.ts';
import type { UnionVerdict } from '../../model/merge/union.ts';
import { tasksWords } from '../words/merge-words.ts';
import { shellWord } from '../shell-word.ts';
import { approvalWords } from './awaiting-outcome.ts';
import { goOnCommand, retryCommand } from './retry-command.ts';

/** How merging came out, as scripts read it. */
export type MergeReport = {
  readonly merged: readonly number[];
  readonly left: readonly {
    readonly ordinal: number;
    /** Why it was left; or, for a task that has no verified pull request, how it stands. */
    readonly reason: LeaveReason | TaskState['status'];
    readonly with: readonly number[];
    readonly message: string;
  }[];
  readonly base: { readonly branch: string; readonly sha: string };
  readonly union: {
    readonly state: UnionVerdict['state'];
    readonly culprits: readonly (readonly number[])[];
  };
  /** What can start now that all is merged; null when something was left, or nothing is to come. */
  readonly next: NextTasks | null;
};

/** Tasks that a start would begin, and what to type for it. */
export type NextTasks = {
  readonly phase: number;
  readonly tasks: readonly number[];
  readonly command: string;
};

export type MergeReportParams = {
  readonly state: RunState;
  readonly train: TrainState | null;
  readonly verdict: UnionVerdict | null;
  /** The forge's base as it stands now. */
  readonly sha: string;
};

/** Puts together what became of all tasks of a run. */
export function mergeReport({ state, train, verdict, sha }: MergeReportParams): MergeReport {
  // A phase that did not begin has nothing that could be merged, and so nothing that was left.
  const tasks = state.tasks.filter((task) => !isLeftOut(state, task) && !isToCome(state, task));
  const left = tasks.filter(({ status }) => status !== 'merged');
  return {
    merged: tasks.filter(({ status }) => status === 'merged').map(({ ordinal }) => ordinal),
    left: left.map((task) => leftTask(task, train)),
    base: { branch: state.base.branch, sha },
    union: { state: verdict?.state ?? 'unknown', culprits: verdict?.culprits ?? [] },
    next: left.length > 0 ? null : nextTasks(state),
  };
}

function nextTasks(state: RunState): NextTasks | null {
  const phase = currentPhase(state);
  const queued = reachedTasks(state).filter(({ status }) => status === 'queued');
  const tasks = [...queued.map(({ ordinal }) => ordinal), ...addedTasks(state)];
  return tasks.length === 0 ? null : { phase, tasks, command: goOnCommand(state) };
}

function leftTask(
  { ordinal, status, failure }: TaskState,
  train: TrainState | null,
): MergeReport['left'][number] {
  const outcome = train?.cars.find(({ task }) => task === ordinal)?.outcome;
  if (outcome?.kind === 'left') {
    const { reason, message, with: others } = outcome;
    return { ordinal, reason, with: others, message };
  }
  const message =
    failure?.message ?? (status === 'completed' ? 'it is not merged yet' : `it is ${status}`);
  return { ordinal, reason: status, with: [], message };
}

/** 0 when all is merged, 1 when some was left, 2 when nothing was merged. */
export function mergeExitCode({ merged, left }: MergeReport): 0 | 1 | 2 {
  if (left.length === 0) return 0;
  return merged.length > 0 ? 1 : 2;
}

/** What became of it in words, and what to do next. */
export function renderMergeReport(
  report: MergeReport,
  state: RunState,
  /** The flags that `merge` was given, as words for a shell. */
  flags: readonly string[] = [],
): string {
  const { left, base, next } = report;
  const lines = [
    mergedWords(report, state),
    ...left.map(({ ordinal, message }) => `Left: task ${ordinal}, ${message}.`),
    ...nextSteps(left, state, flags),
    ...(next === null ? [] : ['', comesNext(next, state), `  ${goOnCommand(state)}`]),
  ];
  if (report.merged.length > 0)
    lines.push(
      '',
      `${base.branch} of the forge is at ${base.sha.slice(0, 9)}. Yours stays where it is until you take it:`,
      `  git checkout ${shellWord(base.branch)} && git merge --ff-only ${shellWord(`flotilla/${base.branch}`)}`,
    );
  return `${lines.join('\n')}\n`;
}

function mergedWords({ merged, left, next }: MergeReport, state: RunState): string {
  const { run } = state;
  if (merged.length === 0) return `Nothing of ${run} was merged.`;
  const list = `${tasksWords(merged)}.`;
  if (left.length > 0) return `Merged of ${run}: ${list}`;
  if (next === null) return `All of ${run} is merged: ${list}`;
  const { phase, of, isMerged } = begunPhase(state);
  const isWhole = of > 1 && isMerged && next.phase > phase;
  const what = isWhole
    ? `Phase ${phase} of ${of} is merged`
    : 'Everything that was started is merged';
  return `${what}. Merged of ${run}: ${list}`;
}

function comesNext({ phase, tasks }: NextTasks, { plan }: RunState): string {
  const count = plan?.phases.length ?? 1;
  const where = count > 1 ? ` of phase ${phase}` : '';
  return `Next: ${tasksWords(tasks)}${where} can start from the merged base:`;
}

/** Reasons that mean that the pull request exists and is open. */
const isOpenFor: ReadonlySet<MergeReport['left'][number]['reason']> = new Set([
  ...(['conflict', 'check-failed', 'needs', 'not-approved', 'late', 'base-moved'] as const),
  ...(['refused', 'completed'] as const),
]);

function nextSteps(left: MergeReport['left'], state: RunState, flags: readonly string[]): string[] {
  const open = left.filter(({ reason }) => isOpenFor.has(reason));
  const isApproval = open.some(({ reason }) => reason === 'not-approved');
  const command = ['flotilla merge', shellWord(state.source), ...flags].join(' ');
  const steps = [
    ...(left.some(({ reason }) => reason === 'failed')
      ? ['To work again on what did not succeed:', `  ${retryCommand(state)}`]
      : []),
    ...(isApproval && state.issue.forge === 'local' ? approvalsOf(open, state) : []),
    ...(open.length > 0
      ? ['What was left stays open. To try again, with what was pushed since:', `  ${command}`]
      : []),
  ];
  return steps.length === 0 ? [] : ['', ...steps];
}

function approvalsOf(open: MergeReport['left'], { tasks }: RunState): string[] {
  const waiting = open.filter(({ reason }) => reason === 'not-approved');
  return waiting.flatMap(({ ordinal }) => {
    const task = tasks.find((one) => one.ordinal === ordinal);
    return task === undefined ? [] : [approvalWords(task)];
  });
}
