import { fileURLToPath } from 'node:url';
import { displayIssue } from '../../model/issue/issue.ts';
import { unreachable } from '../../model/result.ts';
import { addedTasks } from '../../model/plan/added-tasks.ts';
import { diagnoseRun, type TaskDiagnosis } from '../../diagnosis/diagnose-run.ts';
import { begunPhase } from '../../model/state/phases.ts';
import { plainText } from '../../model/text/plain-text.ts';
import { currentPhase, type RunState } from '../../model/state/run-state.ts';
import { redOnBase, type TaskState } from '../../model/state/task-state.ts';
import { reasonCatalogue } from '../../diagnosis/catalogue/reason-catalogue.ts';
import { isCiRed } from '../../model/state/feedback.ts';
import { countTasks, isLeftOut, runStatus } from '../../model/state/run-status.ts';
import { counted } from '../figures.ts';
import { tasksWords } from '../words/merge-words.ts';
import { shellWord } from '../shell-word.ts';
import type { Outcome, NextStep } from './outcome-parts.ts';
import { awaitingOutcome } from './awaiting-outcome.ts';
import {
  goOnCommand,
  oneByOneCommand,
  restCommand,
  retryCommand,
  takeUpCommand,
} from './retry-command.ts';

/** Describes the outcome of a run whose orchestrator is gone or about to exit. */
export function outcomeOf(state: RunState): Outcome {
  const { total, succeeded } = countTasks(state);
  const score = `${succeeded}/${total} agents succeeded`;
  const status = runStatus(state, false);
  switch (status) {
    case 'awaiting-merge':
      return (
        awaitingOutcome(state) ?? { headline: phaseHeadline(state), steps: stepsAfterPhase(state) }
      );
    case 'succeeded':
      return total === 0
        ? { headline: 'Nothing to do: no task is open', steps: [] }
        : { headline: successHeadline(state), steps: stepsAfterSuccess(state) };
    case 'partial':
      return { headline: `⚠️ ${score}`, steps: stepsAfterSome(state) };
    case 'failed':
      return isMajor(state)
        ? { headline: `❌ Major failures detected: ${score}`, steps: stepsAfterFailure(state) }
        : { headline: `⚠️ ${score}`, steps: stepsAfterSome(state) };
    case 'cancelled':
    case 'interrupted':
    case 'planning':
    case 'running':
    case 'paused':
      return {
        headline: `⏸ ${status === 'cancelled' ? 'Cancelled' : 'Interrupted'}: ${score}, nothing is lost`,
        steps: stepsAfterStop(state),
      };
    default:
      return unreachable(status);
  }
}

/** A task's branch, once it is where people can look at it. */
export function branchToReview(task: TaskState): string | null {
  return task.pushedHead === null ? null : (task.workspace?.branch ?? null);
}

/** Commands that show a task's work in the user's repository; none on GitHub, where the pull request shows it. */
export function reviewCommands(state: RunState, task: TaskState): readonly string[] {
  const branch = branchToReview(task);
  if (branch === null || state.issue.forge !== 'local') return [];
  const ref = shellWord(`flotilla/${branch}`);
  // What is merged came into the forge's base, and with it, perhaps, into this branch: it is not this branch's work.
  const isBaseMoved = state.tasks.some(({ status }) => status === 'merged');
  const base = shellWord(`${isBaseMoved ? 'flotilla/' : ''}${state.base.branch}`);
  return [`git log ${base}..${ref}`, `git diff ${base}...${ref}`];
}

/** Open pull requests are what a run is to bring; whether the forge's checks of them pass is another matter. */
function successHeadline({ tasks }: RunState): string {
  const red = tasks.filter(isCiRed).length;
  const isMerged = tasks.every(({ status }) => status === 'merged' || status === 'skipped');
  if (isMerged) return '🎉 All agents succeeded! Their work is merged.';
  const onBase = [...new Set(tasks.flatMap(redOnBase))];
  if (red === 0 && onBase.length > 0)
    return `⚠️ All agents succeeded, as far as could be tested: ${onBase.join(', ')} fails on the base, too`;
  if (red === 0) return '🎉 All agents succeeded!';
  return `⚠️ All agents succeeded, but the checks of ${counted(red, 'pull request')} are red`;
}

function stepsForRed(state: RunState): readonly NextStep[] {
  const red = state.tasks.filter(isCiRed);
  if (red.length === 0) return [];
  const numbers = red.map(({ pullRequest }) => `#${pullRequest?.number ?? 0}`).join(', ');
  return [step(`Give ${numbers} back to the agent`, `flotilla address ${shellWord(state.source)}`)];
}

function stepsAfterSuccess(state: RunState): readonly NextStep[] {
  return [
    ...stepsForRed(state),
    ...stepsToMerge(state),
    ...stepsToTake(state),
    ...stepsToRest(state),
  ];
}

/** What is left of the issue after all work; when nothing is left, the issue is closed. */
function stepsToRest(state: RunState): readonly NextStep[] {
  const skipped = skippedTasks(state);
  const skips =
    skipped.length === 0
      ? []
      : [step(`Take up ${tasksWords(skipped)}, skipped so far`, takeUpCommand(state, skipped))];
  const isUnchosen = (task: TaskState): boolean =>
    isLeftOut(state, task) && task.status !== 'skipped';
  if (skips.length > 0 && !state.tasks.some(isUnchosen)) return skips;
  if (state.tasks.some(isUnchosen))
    return [...skips, step('Start the tasks that were not chosen', restCommand(state))];
  const added = addedTasks(state);
  if (added.length === 0) return stepsToClose(state);
  const text = `Start ${tasksWords(added)}, which were added to the issue meanwhile`;
  return [step(text, restCommand(state))];
}

function skippedTasks({ tasks }: RunState): readonly number[] {
  return tasks.filter(({ status }) => status === 'skipped').map(({ ordinal }) => ordinal);
}

function stepsToClose({ issue, isIssueClosed }: RunState): readonly NextStep[] {
  return isIssueClosed ? [] : [step(`Close master issue ${displayIssue(issue)}`)];
}

/** About the phase that was worked on: the next one has not begun. */
function phaseHeadline(state: RunState): string {
  const { phase, of, succeeded, total, isMerged } = begunPhase(state);
  return `🎉 Phase ${phase} of ${of} is ${isMerged ? 'merged' : 'done'}: ${succeeded} of ${total} of this phase succeeded`;
}

/** A phase starts from the merged work of those before it. */
function stepsAfterPhase(state: RunState): readonly NextStep[] {
  const isMerged = state.tasks.every(({ status }) => status !== 'completed');
  const next = isMerged
    ? `Start phase ${currentPhase(state)}`
    : 'Start the next phase once all are merged';
  return [
    ...stepsForRed(state),
    ...stepsToMerge(state),
    ...stepsToTake(state),
    step(next, goOnCommand(state)),
  ];
}

function stepsToMerge(state: RunState): readonly NextStep[] {
  if (!state.tasks.some(({ status }) => status === 'completed')) return [];
  return [
    step('Review PRs for quality'),
    step('Run CI on all PRs'),
    step('Merge PRs sequentially', `flotilla merge ${shellWord(state.source)}`),
  ];
}

/** On the local forge nobody moves the user's own branch but the user. */
function stepsToTake({ tasks, issue, base }: RunState): readonly NextStep[] {
  if (issue.forge !== 'local' || !tasks.some(({ status }) => status === 'merged')) return [];
  const branch = shellWord(base.branch);
  const ref = shellWord(`flotilla/${base.branch}`);
  const command = `git checkout ${branch} && git merge --ff-only ${ref}`;
  return [step('Take the merged work into your own branch', command)];
}

/** Below its threshold a run has failed; it is a major failure where half of its tasks or more did not succeed. */
function isMajor(state: RunState): boolean {
  const { total, succeeded } = countTasks(state);
  return succeeded * 2 <= total;
}

function stepsAfterSome(state: RunState): readonly NextStep[] {
  const failed = state.tasks.filter(({ status }) => status === 'failed').length;
  return [
    ...stepsAfterPause(state),
    ...stepsToTake(state),
    ...(state.tasks.some(({ status }) => status === 'completed')
      ? [step('Review successful PRs (merge ready)')]
      : []),
    ...stepsToDiagnosis(state),
    ...stepsToFix(state, 'Fix underlying problem'),
    step(failed === 1 ? 'Retry failed task' : 'Retry failed tasks', retryCommand(state)),
    ...stepsToOrder(state),
  ];
}

function stepsAfterFailure(state: RunState): readonly NextStep[] {
  const [most = []] = diagnoseRun(state);
  const failed = state.tasks.filter(({ status }) => status === 'failed').length;
  const pattern = `Identify common failure pattern: ${most.length} of ${failed} failed alike (${who(most)})`;
  return [
    ...stepsAfterPause(state),
    ...stepsToTake(state),
    ...stepsToDiagnosis(state),
    // Where no two failed alike there is no pattern to name.
    ...(most.length > 1 ? [step(pattern)] : []),
    ...stepsToFix(state, 'Fix root cause'),
    step(failed === 1 ? 'Retry failed task' : 'Retry failed tasks', retryCommand(state)),
    ...stepsToOrder(state),
  ];
}

/** More causes than these are left to the diagnostic issue. */
const mostCauses = 3;
const longestLine = 300;

/** What the diagnosis says: each cause with its telling line, and what to do. */
function stepsToFix(state: RunState, lead: string): readonly NextStep[] {
  const groups = diagnoseRun(state);
  const paused = stepsAfterPause(state).map(({ text }) => text);
  const steps = groups.slice(0, mostCauses).flatMap((group) => {
    const [first] = group;
    if (first === undefined || paused.includes(first.fix)) return [];
    const line = plainText(first.evidence.line, longestLine);
    const seen = line === '' ? '' : ` ${line}${/[.!?…]$/u.test(line) ? '' : '.'}`;
    return [step(`${lead} (${who(group)}): ${first.cause}${seen} ${first.fix}`)];
  });
  const more = groups.length - mostCauses;
  return more > 0 ? [...steps, step(`${counted(more, 'further cause')} in the summary`)] : steps;
}

function who(group: readonly TaskDiagnosis[]): string {
  return tasksWords(group.map(({ task }) => task.ordinal));
}

/** One after another helps where the order was the cause, and nowhere else. */
function stepsToOrder(state: RunState): readonly NextStep[] {
  const isOrder = diagnoseRun(state).some((group) => group.some(({ isAboutOrder: is }) => is));
  return isOrder && state.settings.maxWorkers > 1
    ? [step('Consider sequential workflow instead', oneByOneCommand(state))]
    : [];
}

/** Where to read why tasks failed. Not everything that did not succeed has a diagnosis: cancelled tasks have none. */
function stepsToDiagnosis({ diagnosis, issue }: RunState): readonly NextStep[] {
  if (diagnosis === null || diagnosis.isOver) return [];
  const text = `Check failure diagnostic issue #${diagnosis.number}`;
  return issue.forge === 'local'
    ? [step(text, `cat ${shellWord(fileURLToPath(diagnosis.url))}`)]
    : [step(`${text}: ${diagnosis.url}`)];
}

/** What stopped the whole run is fixed first: nothing else helps before. */
function stepsAfterPause({ pause }: RunState): readonly NextStep[] {
  if (pause?.reason !== 'unauthenticated' && pause?.reason !== 'budget') return [];
  const reason = pause.reason === 'budget' ? 'over-budget' : pause.reason;
  return [step(reasonCatalogue[reason].fix)];
}

function stepsAfterStop(state: RunState): readonly NextStep[] {
  const hasFailed = state.tasks.some(({ status }) => status === 'failed');
  const goOn = step('Continue where it stopped', goOnCommand(state));
  return hasFailed ? [goOn, step('The failed tasks as well', retryCommand(state))] : [goOn];
}

function step(text: string, command: string | null = null): NextStep {
  return { text, command };
}
