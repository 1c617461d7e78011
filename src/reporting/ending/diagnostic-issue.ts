import { failureLine } from '../../diagnosis/failure-line.ts';
import { diagnoseRun, type TaskDiagnosis } from '../../diagnosis/diagnose-run.ts';
import { importError } from '../../diagnosis/import-error.ts';
import { fleetPattern } from '../../diagnosis/failure-pattern.ts';
import { subIssueTitle } from '../../model/names.ts';
import type { TaskState } from '../../model/state/task-state.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { countTasks } from '../../model/state/run-status.ts';
import { codeSpan, fencedBlock, markdownText } from '../../model/text/markdown-text.ts';
import { counted } from '../figures.ts';
import { redact } from '../redact.ts';
import { runtimePaths } from '../files/runtime-paths.ts';
import { shellWord } from '../shell-word.ts';
import { logOf } from './closing.ts';
import { retryCommand } from './retry-command.ts';

/** An issue that reports why tasks of a run failed; the same key is the same issue, which is updated and not repeated. */
export type DiagnosticIssue = {
  readonly title: string;
  /** Stands in the body as a hidden comment. */
  readonly key: string;
  /** Markdown, below GitHub's limit of 65,536 characters. */
  readonly body: string;
  /** Whether what had failed has succeeded since: there is nothing left to do about it. */
  readonly isOver: boolean;
};

type Failed = TaskDiagnosis;

type Clean = (text: string) => string;

const shownGroups = 10;
const shownTasks = 20;

/**
 * Writes a run's diagnostic issue; null when nothing failed, or when that was reported before. `secrets` are values that must
 * not appear in it.
 */
export function renderDiagnosticIssue(params: {
  readonly state: RunState;
  readonly secrets: readonly string[];
}): DiagnosticIssue | null {
  const { state, secrets } = params;
  const clean: Clean = (text) => redact(text, secrets);
  const groups = diagnoseRun(state);
  const failed = groups.flat();
  const key = `flotilla:diagnostic:${state.run}`;
  if (failed.length === 0) return overIssue(state, key, clean);
  const parts = [
    opening(state, failed.length, groups.length),
    fleetNote(state, clean),
    ...groups
      .slice(0, shownGroups)
      .map((group, index) => groupSection(state, group, { number: index + 1, clean })),
    groups.length > shownGroups
      ? `${counted(groups.length - shownGroups, 'further cause')} in the summary.`
      : '',
    retrySection(state, clean),
    nextSection(state, failed, clean),
    `<!-- ${key} -->`,
  ];
  return {
    title: subIssueTitle(
      state.issue,
      `Diagnostic: ${failed.length} of ${counted(countTasks(state).total, 'task')} failed`,
    ),
    key,
    isOver: false,
    body: `${parts.filter((part) => part !== '').join('\n\n')}\n`,
  };
}

/** Its text once everything that had failed has succeeded; null while something is open, or when that was reported. */
function overIssue(state: RunState, key: string, clean: Clean): DiagnosticIssue | null {
  const isToTell = state.diagnosis !== null && !state.diagnosis.isOver;
  if (!isToTell || state.tasks.some(isOpen)) return null;
  const lines = state.tasks.slice(0, shownTasks).flatMap(({ ordinal, title, ...task }) => {
    const { lastFailure, pullRequest } = task;
    const where = pullRequest === null ? '' : `, pull request #${pullRequest.number}`;
    return lastFailure === null
      ? []
      : [
          `- Task ${ordinal}, ${markdownText(clean(title), 80)}: ${markdownText(clean(failureLine(lastFailure)), 300).replace(/\.$/u, '')}. It succeeded at attempt ${task.attempts.length}${where}.`,
        ];
  });
  const parts = [
    `What had failed in run ${codeSpan(state.run)} has succeeded since; nothing is left to do about it.`,
    lines.join('\n'),
    `<!-- ${key} -->`,
  ];
  return {
    title: subIssueTitle(state.issue, 'Diagnostic: what failed has succeeded since'),
    key,
    isOver: true,
    body: `${parts.filter((part) => part !== '').join('\n\n')}\n`,
  };
}

/** Whether somebody might still have to do something about it. */
function isOpen({ status, attempts }: TaskState): boolean {
  if (status === 'queued') return attempts.length > 0;
  return status !== 'completed' && status !== 'merged';
}

function opening(state: RunState, failed: number, groups: number): string {
  const blocked = state.tasks.filter(({ status }) => status === 'blocked').length;
  const waits = blocked === 0 ? '' : ` ${counted(blocked, 'task')} could not start because of it.`;
  return `${failed} of ${counted(countTasks(state).total, 'task')} of run ${codeSpan(state.run)} failed, for ${counted(groups, 'cause')}.${waits}`;
}

function fleetNote(state: RunState, clean: Clean): string {
  const pattern = fleetPattern(state);
  if (pattern === null) return '';
  return `**Several agents failed with the same environmental error** (${tasksText(pattern.tasks)}), so the work itself is hardly at fault: ${markdownText(clean(pattern.cause), 500)}`;
}

function groupSection(
  state: RunState,
  group: readonly Failed[],
  { number, clean }: { readonly number: number; readonly clean: Clean },
): string {
  const [first] = group;
  if (first === undefined) return '';
  const { failure, evidence, ...remedy } = first;
  const tasks = tasksText(group.map(({ task }) => task.ordinal));
  const facts = [
    ...messageLines(group, clean),
    evidence.line === '' || evidence.line === failure.message
      ? ''
      : `- Telling line: ${codeSpan(clean(evidence.line))}`,
    `- Cause: ${markdownText(remedy.cause, 500)}`,
    ...importLines(state, group, clean),
    `- Recommended fix: ${markdownText(remedy.fix, 500)}`,
    `- Fingerprint: ${codeSpan(clean(evidence.fingerprint))}`,
  ];
  return [
    `## ${number}. ${markdownText(evidence.type)} (${failure.reason}), ${tasks}`,
    facts.filter((line) => line !== '').join('\n'),
    excerptOf(first, clean),
    logLines(state, group, clean),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** What failed for one reason may differ in its words: in what each agent asked, for example. */
function messageLines(group: readonly Failed[], clean: Clean): readonly string[] {
  const [first, ...others] = group.slice(0, shownTasks);
  if (first === undefined) return [];
  const quoted = (message: string): string => markdownText(clean(message), 500);
  const isSame = others.every(({ failure }) => failure.message === first.failure.message);
  return isSame
    ? [`- Message: ${quoted(first.failure.message)}`]
    : [first, ...others].map(
        ({ task, failure }) => `- Message of task ${task.ordinal}: ${quoted(failure.message)}`,
      );
}

function importLines(state: RunState, group: readonly Failed[], clean: Clean): readonly string[] {
  return group.slice(0, shownTasks).flatMap(({ task, failure }) => {
    const missing = importError(state, task, failure);
    return missing === null ? [] : [`- Task ${task.ordinal}: ${markdownText(clean(missing), 600)}`];
  });
}

const excerptLines = 40;
const excerptCharacters = 3_000;
/** An excerpt of this length was cut at its beginning, perhaps within a secret. */
const cutCharacters = 4_000;

function excerptOf({ task, failure }: Failed, clean: Clean): string {
  const whole =
    failure.reason === 'check-failed'
      ? failure.check.excerpt
      : failure.reason === 'setup-failed'
        ? (task.workspace?.setup?.excerpt ?? '')
        : '';
  const isCut = whole.length >= cutCharacters && whole.includes('\n');
  // Paths as the repository has them: nobody who reads the issue needs to know where the workspace was.
  const here = whole
    .slice(isCut ? whole.indexOf('\n') + 1 : 0)
    .replaceAll(`${task.workspace?.path}/`, '');
  const lines = clean(here).split('\n');
  const shown = lines.slice(-excerptLines).join('\n').slice(-excerptCharacters);
  return shown.trim() === ''
    ? ''
    : `The end of the output of task ${task.ordinal}:\n\n${fencedBlock(shown)}`;
}

function logLines(state: RunState, group: readonly Failed[], clean: Clean): string {
  const paths = runtimePaths('', state);
  const lines = group.slice(0, shownTasks).map(({ task }) => {
    const log = logOf(task);
    const own = task.attempts.length === 0 ? null : paths.agentLog(task.ordinal);
    const places = [log, own].filter((path) => path !== null);
    return `- Task ${task.ordinal}, ${markdownText(clean(task.title), 80)}: ${places.map((path) => codeSpan(clean(path))).join(', ')}`;
  });
  return ['Logs:', '', ...lines].join('\n');
}

function retrySection(state: RunState, clean: Clean): string {
  return [
    '## Retry',
    'When the cause is fixed, this command starts the failed tasks again, from the work that is there:',
    fencedBlock(clean(retryCommand(state))),
  ].join('\n\n');
}

/** The user guide's quick diagnostic, in its order. */
function nextSection(state: RunState, failed: readonly Failed[], clean: Clean): string {
  const source = shellWord(clean(state.source));
  const paths = runtimePaths('', state);
  const steps = [
    [
      'Review the work that succeeded; its pull requests can merge without this',
      `flotilla status ${source}`,
    ],
    ['Master issue format', `flotilla orchestrate ${source} --dry-run`],
    ['System resources', 'free -h; df -h'],
    ...(state.issue.forge === 'github'
      ? [['GitHub API access', 'gh auth status; gh api rate_limit']]
      : []),
    ['Agent logs', `tail -100 ${paths.agentLog(0).replace('agent-0', 'agent-*')}`],
    ['Status files', `cat ${paths.status(0).replace('agent-0', 'agent-*')}`],
    ['What a word above means', `flotilla explain ${failed[0]?.failure.reason ?? 'UNKNOWN'}`],
  ];
  return [
    '## What to look at',
    steps.map(([text, command]) => `- ${text}: ${codeSpan(command ?? '')}`).join('\n'),
  ].join('\n\n');
}

function tasksText(ordinals: readonly number[]): string {
  const shown = ordinals.slice(0, shownTasks).join(', ');
  const more = ordinals.length > shownTasks ? ` and ${ordinals.length - shownTasks} more` : '';
  return `${ordinals.length === 1 ? 'task' : 'tasks'} ${shown}${more}`;
}
