import { failureLine } from '../../diagnosis/failure-line.ts';
import { evidenceOfTask } from '../../diagnosis/failure-evidence.ts';
import { unplannedEdit } from '../../model/plan/added-tasks.ts';
import { importError } from '../../diagnosis/import-error.ts';
import { currentPhase, type RunState } from '../../model/state/run-state.ts';
import type { TaskState } from '../../model/state/task-state.ts';
import { countTasks, isLeftOut } from '../../model/state/run-status.ts';
import { plainBlock, plainText } from '../../model/text/plain-text.ts';
import { feedbackLines } from '../words/feedback-words.ts';
import { costText, counted, durationText } from '../figures.ts';
import { runUnionWords } from '../words/merge-words.ts';
import { timeOfRun } from '../metrics/run-time.ts';
import { shellWord } from '../shell-word.ts';
import { runCost } from '../metrics/run-cost.ts';
import { outcomeOf } from './outcome.ts';
import { pullRequestLines } from './pull-request-lines.ts';

/** The last words on a terminal after a run: the outcome, where to find it, what to type next. Ends with a line break. */
export function renderClosing(
  state: RunState,
  summaryPath: string,
  width: number | null = null,
): string {
  const { headline, steps } = outcomeOf(state);
  const sections = [
    [
      headline,
      ...steps.flatMap(({ text, command }) => [
        `→ ${text}`,
        ...(command === null ? [] : [`    ${command}`]),
      ]),
    ],
    pullRequestLines(state, width),
    togetherLines(state),
    uncheckedLines(state),
    editLines(state),
    failureLines(state),
    feedbackLines(state.tasks).map((line) => `✗ ${plainText(line, 400)}`),
    state.unexpected.map(({ message }) => `✗ unexpected: ${plainText(message, 200)}`),
    factLines(state, summaryPath),
  ];
  const shown = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${plainBlock(shown.join('\n\n'))}\n`;
}

/** What the branches were together, before any was merged. */
function togetherLines(state: RunState): readonly string[] {
  const { union, plan } = state;
  const words = runUnionWords(state);
  if (union === null || words === null) return [];
  const count = plan?.phases.length ?? 1;
  const phases = new Set(
    plan?.tasks.filter(({ ordinal }) => union.tasks.includes(ordinal)).map(({ phase }) => phase),
  );
  // Each phase is judged by itself, on the merged work of the phases before it.
  const where = count > 1 && phases.size === 1 ? ` (phase ${[...phases][0]} of ${count})` : '';
  return ['Together', `  ${plainText(words, 400)}${where}`];
}

/** Green means little where nothing was tested, and people should know. */
function uncheckedLines({ tasks }: RunState): readonly string[] {
  const done = tasks.filter(({ pullRequest }) => pullRequest !== null);
  const isUnchecked = done.length > 0 && done.every(({ checks }) => checks.length === 0);
  return isUnchecked ? ['! No check ran: nothing was tested. Name one with --check COMMAND'] : [];
}

/** What the issue asks for beyond what was planned. */
function editLines(state: RunState): readonly string[] {
  const edit = unplannedEdit(state);
  return edit === null ? [] : [`! ${plainText(edit, 400)}. The next start plans it.`];
}

function failureLines(state: RunState): readonly string[] {
  const lines = state.tasks.flatMap((task) => failureOf(state, task));
  return lines.length === 0 ? [] : ['Not done', ...lines];
}

function failureOf(state: RunState, task: TaskState): readonly string[] {
  const title = `task ${task.ordinal}  ${plainText(task.title, 80)}`;
  if (task.status === 'blocked') return [`  ✗ ${title}: waits for a task that did not succeed`];
  if (task.status === 'cancelled') return [`  ✗ ${title}: cancelled`];
  if (task.status === 'skipped') return [`  – ${title}: skipped`];
  if (isLeftOut(state, task)) return [`  ○ ${title}: not chosen`];
  const phase = phaseBehindBarrier(state, task);
  if (phase !== null) return [`  ○ ${title}: starts in phase ${phase}`];
  if (task.status === 'queued')
    return [`  ○ ${title}: not ${task.attempts.length === 0 ? 'started' : 'finished'}`];
  if (task.status === 'running') return [`  ○ ${title}: not finished`];
  const { failure } = task;
  if (failure === null) return [];
  const log = lookOf(state, task);
  return [
    `  ✗ ${title}`,
    `      ${plainText(failureLine(failure), 300)}`,
    ...whyLines(state, task),
    ...(log === null ? [] : [`      ${plainText(log, 400)}`]),
  ];
}

function phaseBehindBarrier(state: RunState, { ordinal }: TaskState): number | null {
  const phase = state.plan?.tasks.find((task) => task.ordinal === ordinal)?.phase ?? 1;
  return phase > currentPhase(state) ? phase : null;
}

/** What the evidence adds to the failure's own message: which task was to create a missing module, or the telling line. */
function whyLines(state: RunState, task: TaskState): readonly string[] {
  if (task.failure === null) return [];
  const detail = importError(state, task, task.failure) ?? evidenceOfTask(state, task)?.line ?? '';
  const isNew = detail !== '' && !task.failure.message.includes(detail);
  return isNew ? [`      ${plainText(detail, 300)}`] : [];
}

/** Where to look: at the output of what failed, otherwise at what the agent said. */
function lookOf(state: RunState, task: TaskState): string | null {
  const { failure, ordinal, attempts } = task;
  if (failure?.reason === 'check-failed' || failure?.reason === 'setup-failed') return logOf(task);
  return attempts.length === 0 ? null : `flotilla logs ${shellWord(state.source)} ${ordinal}`;
}

/** The file to read about a task's failure: the output of what failed, or otherwise the last attempt's directory. */
export function logOf(task: TaskState): string | null {
  if (task.failure?.reason === 'check-failed') return task.failure.check.log;
  if (task.failure?.reason === 'setup-failed') return task.failure.log;
  return task.attempts.at(-1)?.directory ?? null;
}

function factLines(state: RunState, summaryPath: string): readonly string[] {
  const took = timeOfRun(state);
  const cost = runCost(state);
  const facts = [
    counted(countTasks(state).total, 'task'),
    ...(took === null ? [] : [durationText(took)]),
    ...(cost === null ? [] : [costText(cost)]),
  ];
  return [`${facts.join(', ')}. Summary: ${plainText(summaryPath, 4096)}`];
}
