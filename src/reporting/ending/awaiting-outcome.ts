import { fileURLToPath } from 'node:url';
import { currentPhase, type RunState } from '../../model/state/run-state.ts';
import type { TaskState } from '../../model/state/task-state.ts';
import { isStuck } from '../../model/state/run-status.ts';
import { counted } from '../figures.ts';
import { runtimePaths } from '../files/runtime-paths.ts';
import type { NextStep, Outcome } from './outcome-parts.ts';
import { goOnCommand } from './retry-command.ts';

/** What people must do before a run that merges by itself, or waits for reviewers, continues; null for any other run. */
export function awaitingOutcome(state: RunState): Outcome | null {
  const goOn = { text: 'Continue where it stopped', command: goOnCommand(state) };
  if (state.pause?.reason === 'unreviewed')
    return {
      headline: `⏸ Waiting for reviews: ${state.pause.message}`,
      steps: [...reviewSteps(state), goOn],
    };
  if ((state.settings.merge ?? 'never') === 'never') return null;
  const stuck = state.tasks.filter(isStuck);
  const merged = state.tasks.filter(({ status }) => status === 'merged').length;
  const score = `${merged} of ${counted(state.tasks.length, 'task')} merged`;
  if (stuck.length > 0)
    return {
      headline: `⚠️ ${score}, ${stuck.length} left open${phaseWords(state)}`,
      steps: [...stuck.map(leftStep), goOn],
    };
  const waiting = state.tasks.filter(({ status }) => status === 'completed').map(numberOf);
  // Somebody merged everything: what comes next only needs another start.
  if (waiting.length === 0) return null;
  const are = waiting.length === 1 ? 'waits' : 'wait';
  return {
    headline: `⏸ ${score}: ${waiting.join(', ')} ${are} for approval${phaseWords(state)}`,
    steps: [...reviewSteps(state), goOn],
  };
}

function phaseWords(state: RunState): string {
  const count = state.plan?.phases.length ?? 1;
  return count > 1 ? ` (phase ${currentPhase(state)} of ${count})` : '';
}

function numberOf({ pullRequest, ordinal }: TaskState): string {
  return pullRequest === null ? `task ${ordinal}` : `#${pullRequest.number}`;
}

function leftStep(task: TaskState): NextStep {
  return {
    text: `Settle ${numberOf(task)} (task ${task.ordinal}): ${task.left?.message ?? ''}`,
    command: null,
  };
}

function reviewSteps(state: RunState): readonly NextStep[] {
  const { review } = runtimePaths('', state);
  const open = state.tasks.filter(({ status }) => status === 'completed');
  const texts = [
    ...(state.union === null ? [] : [`Read ${review}`]),
    ...(state.issue.forge === 'local' ? open.map(approvalWords) : ['Approve them on GitHub']),
  ];
  return texts.map((text) => ({ text, command: null }));
}

/** How a person approves a pull request of the local forge. */
export function approvalWords(task: TaskState): string {
  const url = task.pullRequest?.url ?? '';
  const file = url.startsWith('file:') ? fileURLToPath(url) : url;
  return `Approve ${numberOf(task)}: add the line review: "approved" to the head of ${file}`;
}
