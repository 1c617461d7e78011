import { failureType } from '../../diagnosis/diagnosis-of.ts';
import { taskCost, type TaskState } from '../../model/state/task-state.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { openQuestions } from '../../model/state/question-state.ts';
import { countTasks } from '../../model/state/run-status.ts';
import { codeSpan, markdownText } from '../../model/text/markdown-text.ts';
import type { CarState } from '../../model/merge/train.ts';
import { ciCell, feedbackLines } from '../words/feedback-words.ts';
import { costText, counted, durationText } from '../figures.ts';
import { runCost } from '../metrics/run-cost.ts';
import { timeOfRun, timeOfTask } from '../metrics/run-time.ts';
import { runUnionWords } from '../words/merge-words.ts';
import { measureRun, type RunMetrics } from '../metrics/metrics-file.ts';
import { renderReviewPacket } from '../files/review-packet.ts';
import { askedWords } from '../words/question-words.ts';
import { shellWord } from '../shell-word.ts';
import { standstillWords } from '../words/standstill-words.ts';
import { outcomeOf } from './outcome.ts';

/**
 * The run as the comment on its master issue shows it: a table of tasks with their states, links, checks, cost and
 * time. Titles and messages in it are shown as they are and can change nothing of its structure. `canAnswer`: comments
 * there are read for answers to what agents ask.
 */
export function renderProgressComment(
  state: RunState,
  { canAnswer }: { readonly canAnswer: boolean },
): string {
  const { succeeded, failed, open } = countTasks(state);
  const counts = [
    `${succeeded} of ${counted(state.tasks.length, 'task')} done`,
    ...(failed === 0 ? [] : [`${failed} failed`]),
    ...(open === 0 ? [] : [`${open} to go`]),
  ];
  const took = timeOfRun(state);
  const facts = [
    `Run ${codeSpan(state.run)}`,
    `base ${codeSpan(state.base.branch)} at ${state.base.sha.slice(0, 9)}`,
    ...(took === null ? [] : [durationText(took)]),
    costText(runCost(state)),
  ];
  const headline = state.ended === null ? '🚢 At work' : outcomeOf(state).headline;
  const waiting = standstillWords(state);
  const parts = [
    '## Flotilla',
    `${headline}${/[.!]$/u.test(headline) ? '' : ':'} ${counts.join(', ')}.`,
    questionList(state, canAnswer),
    taskTable(state),
    failures(state),
    pullNews(state),
    ...mergingParts(state),
    waiting === null ? '' : `Paused: ${markdownText(waiting)}`,
    `<sub>${facts.join(' · ')}</sub>`,
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** What agents ask and nobody has answered yet, each with the line that answers it. */
function questionList({ questions, source }: RunState, canAnswer: boolean): string {
  const command = canAnswer ? '/answer' : `flotilla answer ${shellWord(source)}`;
  const lines = openQuestions(questions).map(({ question, task, text, options }) => {
    const line = codeSpan(`${command} ${question} ${options[0] ?? '…'}`);
    return `- Question ${question} (task ${task}): ${markdownText(askedWords({ text, options }), mostOfQuestion)}\n  ${line}`;
  });
  const how = canAnswer
    ? 'Anyone who may write to this repository can answer: begin a comment, here or on the pull request, with the line below the question.'
    : 'They are answered on the machine where Flotilla runs:';
  return lines.length === 0 ? '' : `**Waiting for an answer.** ${how}\n\n${lines.join('\n')}`;
}

const mostOfQuestion = 2_500;

function taskTable(state: RunState): string {
  const head = [
    '| | Task | State | Pull request | Checks | Cost | Time |',
    '|--:|---|---|---|---|--:|--:|',
  ];
  return [...head, ...state.tasks.map((task) => taskRow(state, task))].join('\n');
}

const signs: Record<TaskState['status'], string> = {
  queued: '⏳ queued',
  running: '🔄',
  blocked: '⛔ blocked',
  completed: '✅ ready for review',
  merged: '🟣 merged',
  failed: '❌ failed',
  cancelled: '⚪ cancelled',
  skipped: '⚪ skipped',
};

function taskRow(state: RunState, task: TaskState): string {
  const { pullRequest, issueNumber } = task;
  const cost = taskCost(task);
  const took = timeOfTask(state, task);
  const standing =
    task.status === 'running' ? `🔄 ${task.stage.replace('_', ' ')}` : signs[task.status];
  const cells = [
    String(task.ordinal),
    `${markdownText(task.title, 120)}${issueNumber === null ? '' : ` (#${issueNumber})`}`,
    standing,
    pullRequest === null ? '' : `#${pullRequest.number}`,
    [checkWords(task), markdownText(ciCell(task), 80)].filter((text) => text !== '').join(' · '),
    cost === null ? '' : costText(cost),
    took === null ? '' : durationText(took),
  ];
  return `| ${cells.join(' | ')} |`;
}

function checkWords({ checks }: TaskState): string {
  const red = checks.filter(({ state }) => state !== 'passed');
  if (checks.length === 0) return '';
  return red.length === 0
    ? `${checks.length} ✓`
    : red.map(({ name }) => `✗ ${markdownText(name, 40)}`).join(', ');
}

function pullNews({ tasks }: RunState): string {
  const lines = feedbackLines(tasks).map((line) => `- ${withNumber(line)}`);
  return lines.length === 0 ? '' : `**What needs a look**\n\n${lines.join('\n')}`;
}

/** The number that a line begins with stays a link. */
function withNumber(line: string): string {
  return markdownText(line, 400).replace(/^\\#\u200B(\d+)/u, '#$1');
}

function failures({ tasks }: RunState): string {
  const lines = tasks.flatMap(({ ordinal, failure, status }) =>
    failure === null || status !== 'failed'
      ? []
      : [`- Task ${ordinal}: ${failureType(failure)}, ${markdownText(failure.message, 300)}`],
  );
  return lines.length === 0 ? '' : `**What failed**\n\n${lines.join('\n')}`;
}

/**
 * What the comment on the master issue says about merging: the union of all branches, what was left and why, the figures of
 * what was merged, and the review packet as long as something needs review.
 */
function mergingParts(state: RunState): string[] {
  const { train, tasks } = state;
  const together = runUnionWords(state);
  const left = train?.cars.flatMap(leftLine) ?? [];
  const isMerged = tasks.some(({ status }) => status === 'merged');
  return [
    together === null ? '' : `**Together**: ${markdownText(together, 600)}`,
    left.length === 0 ? '' : `**Not merged**\n\n${left.join('\n')}`,
    isMerged ? figures(measureRun(state)) : '',
    packet(state),
  ];
}

function leftLine({ task, number, outcome }: CarState): string[] {
  if (outcome?.kind !== 'left') return [];
  return [`- Task ${task} (#${number}): ${markdownText(outcome.message, 300)}`];
}

function figures(metrics: RunMetrics): string {
  const rows = [
    ['Tasks that succeeded', percent(metrics.successRate)],
    ['Pull requests merged', percent(metrics.mergeRate)],
    ['Minutes side by side', metrics.parallelMinutes],
    ['Minutes one after another', metrics.sequentialMinutes],
    ['Speedup', metrics.speedup === null ? null : `${metrics.speedup}×`],
    ['Cost', metrics.costUsd === null ? null : costText(metrics.costUsd)],
  ].flatMap(([name, value]) => (value === null ? [] : [`| ${name} | ${value} |`]));
  return ['| Figures | |', '|---|--:|', ...rows].join('\n');
}

function percent(share: number | null): string | null {
  return share === null ? null : `${Math.round(share * 100)} %`;
}

/** Folded up, since it is long; only for what is not merged yet. */
function packet(state: RunState): string {
  const { union, mergeOrder, tasks } = state;
  const isOpen = (task: number): boolean =>
    tasks.some(({ ordinal, status }) => ordinal === task && status === 'completed');
  const cars = mergeOrder.filter(({ task }) => isOpen(task));
  if (union === null || cars.length === 0) return '';
  const text = renderReviewPacket({ state, cars, verdict: union });
  return `<details><summary>Review packet</summary>\n\n${text}\n</details>`;
}
