import { diagnoseTask } from '../../diagnosis/diagnose-run.ts';
import { importError } from '../../diagnosis/import-error.ts';
import type { FailureType } from '../../model/failure/failure.ts';
import { fixesOf } from '../../model/state/fixes.ts';
import { displayIssue } from '../../model/issue/issue.ts';
import { countFates } from '../../model/state/pull-fates.ts';
import type { Finding } from '../../model/plan/plan.ts';
import { taskCost, type TaskState } from '../../model/state/task-state.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { countTasks } from '../../model/state/run-status.ts';
import { codeSpan, fencedBlock, markdownText } from '../../model/text/markdown-text.ts';
import { logOf } from '../ending/closing.ts';
import { ciCell, feedbackLines } from '../words/feedback-words.ts';
import { measureFootprint } from '../metrics/footprint-accuracy.ts';
import { costText, counted, durationText } from '../figures.ts';
import { conflictsWords, runUnionWords, undoLines } from '../words/merge-words.ts';
import { outcomeOf, reviewCommands } from '../ending/outcome.ts';
import { timeOfRun, timeOfTask } from '../metrics/run-time.ts';
import { runCost } from '../metrics/run-cost.ts';
import { shellWord } from '../shell-word.ts';

/** The run's `summary.md`. Titles and messages in it are shown as they are and can change nothing of its structure. */
export function renderSummary(state: RunState): string {
  const sections = [
    opening(state),
    taskTable(state),
    section(
      'Failures',
      state.tasks.flatMap((task) => failureSection(state, task)),
    ),
    section('Pull requests', [
      [...feedbackLines(state.tasks), ...undoLines(state)]
        .map((line) => `- ${markdownText(line, 500)}`)
        .join('\n'),
    ]),
    section('Unexpected', state.unexpected.map(unexpectedLine)),
    section('Findings', [state.findings.map(findingLine).join('\n')]),
    section('Prediction', [predictionText(state)]),
    section('Merging', [mergingText(state)]),
    section('Base', [baseText(state)]),
    section('Next steps', nextSteps(state)),
  ];
  return `${sections
    .flat()
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}

function section(heading: string, parts: readonly string[]): readonly string[] {
  const shown = parts.filter((part) => part !== '');
  return shown.length === 0 ? [] : [`## ${heading}`, ...shown];
}

function opening(state: RunState): readonly string[] {
  const { succeeded, failed, open } = countTasks(state);
  const counts = [
    `${succeeded} succeeded`,
    `${failed} failed, blocked or cancelled`,
    ...(open === 0 ? [] : [`${open} not finished`]),
  ];
  const took = timeOfRun(state);
  const cost = runCost(state);
  const facts = [
    `run ${codeSpan(state.run)}`,
    `started ${state.startedAt.slice(0, 16).replace('T', ' ')} UTC`,
    ...(took === null ? [] : [`took ${durationText(took)}`]),
    ...(cost === null ? [] : [`cost ${costText(cost)} as the agents report it`]),
  ];
  return [
    `# ${displayIssue(state.issue)}: ${markdownText(state.title)}`,
    state.ended === null ? 'The run is still going.' : outcomeOf(state).headline,
    `${counted(state.tasks.length, 'task')}: ${counts.join(', ')}.`,
    `${facts.join(', ')}.`.replace(/^r/u, 'R'),
  ];
}

function taskTable(state: RunState): readonly string[] {
  if (state.tasks.length === 0) return [];
  const isCostTold = runCost(state) !== null;
  const columns = [
    ['Task', 'State', 'Pull request', 'Commits', 'Checks', 'Time'],
    ['---', '---', '---', '---:', '---', '---:'],
    ...state.tasks.map((task) => taskCells(state, task)),
  ];
  const costs = ['Cost', '---:', ...state.tasks.map((task) => costText(taskCost(task)))];
  const rows = columns.map((cells, row) => (isCostTold ? [...cells, costs[row] ?? ''] : cells));
  return ['## Tasks', rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')];
}

function taskCells(state: RunState, task: TaskState): readonly string[] {
  const passed = task.checks.filter((check) => check.state === 'passed').length;
  const fixes = fixesOf(task);
  return [
    `${task.ordinal}. ${markdownText(task.title)}`,
    task.failure === null ? task.status : `${task.status}: ${task.failure.reason}`,
    pullRequestCell(task),
    String(task.commits.length),
    [
      ...(task.checks.length === 0 ? [] : [`${passed}/${task.checks.length} passed`]),
      ...(fixes === 0 ? [] : [`after ${counted(fixes, 'fix')}`]),
      markdownText(ciCell(task), 80),
    ]
      .filter((text) => text !== '')
      .join(', ') || '–',
    durationText(timeOfTask(state, task)),
  ];
}

function pullRequestCell({ pullRequest }: TaskState): string {
  if (pullRequest === null) return '–';
  const name = `#${pullRequest.number}`;
  return /^https?:\/\/[^\s|<>()]+$/u.test(pullRequest.url) ? `[${name}](${pullRequest.url})` : name;
}

function failureSection(state: RunState, task: TaskState): readonly string[] {
  const diagnosis = diagnoseTask(state, task);
  if (diagnosis === null) return [];
  const { failure, evidence } = diagnosis;
  const log = logOf(task);
  const files = 'files' in failure ? failure.files : [];
  return [
    `### Task ${task.ordinal}: ${markdownText(task.title)}`,
    `${kindWords(evidence.type, failure.reason)}: ${markdownText(failure.message, 1000)}`,
    files.map((file) => `- ${codeSpan(file)}`).join('\n'),
    markdownText(importError(state, task, failure) ?? '', 600),
    evidence.line === '' || failure.message.includes(evidence.line)
      ? ''
      : `Telling line: ${codeSpan(evidence.line)}`,
    `Cause: ${markdownText(diagnosis.cause, 500)}`,
    `What to do: ${markdownText(diagnosis.fix, 500)}`,
    ...(failure.reason === 'check-failed'
      ? [`${codeSpan(failure.check.command)} ended with:`, fencedBlock(failure.check.excerpt)]
      : []),
    log === null ? '' : logLine(state, task, log),
  ];
}

/** The type of a failure and its reason; the reason alone where no type fits. */
function kindWords(type: FailureType, reason: string): string {
  return type === 'UNKNOWN' ? `**${reason}**` : `**${type}** (${reason})`;
}

/** The output of what failed; of an agent that failed, what it said, and where to find all of it. */
function logLine({ source }: RunState, { failure, ordinal }: TaskState, log: string): string {
  if (failure?.reason === 'check-failed' || failure?.reason === 'setup-failed')
    return `Log: ${codeSpan(log)}`;
  return `Log: ${codeSpan(`flotilla logs ${shellWord(source)} ${ordinal}`)}; all of it is in ${codeSpan(log)}`;
}

function unexpectedLine({ task, message }: RunState['unexpected'][number]): string {
  const where = task === null ? 'The run' : `Task ${task}`;
  return `${where} met a bug of Flotilla's own: ${markdownText(message, 1000)}`;
}

function findingLine({ severity, kind, tasks, message, evidence, advice }: Finding): string {
  const about =
    tasks.length === 0 ? '' : ` (${tasks.length === 1 ? 'task' : 'tasks'} ${tasks.join(', ')})`;
  const details = [evidence, advice].filter((text) => text !== '');
  return [
    `- **${severity}**, ${kind}${about}: ${markdownText(message, 500)}`,
    ...details.map((text) => `  - ${markdownText(text, 500)}`),
  ].join('\n');
}

/** How well the plan foresaw the files; empty where there is nothing to compare. */
function predictionText(state: RunState): string {
  const { recall, precision } = measureFootprint(state);
  if (recall === null || precision === null) return '';
  return `Of the files that tasks touched, the plan had predicted ${percent(recall)} (recall). Of those that it had predicted, ${percent(precision)} were touched (precision).`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}

/** What is known of how the branches go together; empty when nobody looked. */
function mergingText(state: RunState): string {
  const { conflicts, tasks } = state;
  const together = runUnionWords(state);
  const open = conflicts.map((conflict) => conflictsWords({ arisen: [conflict], settled: [] }));
  const left = tasks.flatMap((task) =>
    task.left === null ? [] : [`task ${task.ordinal} was left: ${task.left.message}`],
  );
  const lines = [...(together === null ? [] : [together]), ...fateWords(tasks), ...left, ...open];
  return lines.map((line) => `- ${markdownText(line, 1_000)}`).join('\n');
}

/** What reviewers and merging made of the pull requests; empty while nothing is known of any. */
function fateWords(tasks: RunState['tasks']): string[] {
  const { opened, merged, unchanged, reworked, closed, judged } = countFates(tasks);
  if (judged === 0) return [];
  const parts = [
    `${merged} merged (${unchanged} as opened)`,
    ...(reworked === 0 ? [] : [`${reworked} had to be changed`]),
    ...(closed === 0 ? [] : [`${closed} closed`]),
  ];
  return [`of ${counted(opened, 'pull request')}: ${parts.join(', ')}`];
}

function baseText(state: RunState): string {
  const { branch, sha } = state.base;
  const red = (state.baseChecks ?? []).filter(({ state: end }) => end !== 'passed');
  const checks =
    state.baseChecks === null || state.baseChecks.length === 0
      ? 'No check ran on it.'
      : red.length === 0
        ? 'Its checks passed.'
        : `It was red before any agent began: ${red.map(({ name }) => codeSpan(name)).join(', ')} did not pass.`;
  const merged = state.tasks.filter(({ status }) => status === 'merged').length;
  const change =
    merged === 0
      ? 'This run merged nothing into it.'
      : `${counted(merged, 'pull request')} of this run ${merged === 1 ? 'is' : 'are'} merged into it.`;
  return `Work started from ${codeSpan(branch)} at ${codeSpan(sha.slice(0, 12))}. ${checks} ${change}`;
}

function nextSteps(state: RunState): readonly string[] {
  if (state.ended === null) return [];
  const { steps } = outcomeOf(state);
  const lines = steps.map(
    ({ text, command }) =>
      `- ${markdownText(text, 1_500)}${command === null ? '' : `: ${codeSpan(command)}`}`,
  );
  const open = state.tasks.filter(({ status }) => status !== 'merged');
  const looks = open.flatMap((task) => reviewCommands(state, task));
  return [
    lines.join('\n'),
    ...(looks.length === 0 ? [] : ['To look at the work:', fencedBlock(looks.join('\n'))]),
  ];
}
