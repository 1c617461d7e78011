import { displayIssue } from '../../model/issue/issue.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { listed } from '../../model/text/listed.ts';
import { codeSpan, markdownText } from '../../model/text/markdown-text.ts';
import { plainText } from '../../model/text/plain-text.ts';
import type { PlannedUndo } from './plan-undo.ts';

/** The title of a pull request that undoes tasks. */
export function undoTitle({ title, tasks }: RunState, undo: Pick<PlannedUndo, 'tasks'>): string {
  const [only, ...others] = undo.tasks;
  const task = tasks.find(({ ordinal }) => ordinal === only);
  const words =
    others.length === 0 && task !== undefined
      ? `Undo task ${task.ordinal}: ${task.title}`
      : `Undo ${tasksWords(undo.tasks)} of ${title}`;
  return plainText(words, 250);
}

/** What its reviewer reads: all that is taken back, what is not, and why. */
export function undoBody(state: RunState, undo: PlannedUndo): string {
  const { base } = state;
  const sections = [
    `Takes back what ${tasksWords(undo.tasks)} of ${displayIssue(state.issue)} (${markdownText(state.title)}) brought into ${codeSpan(base.branch)}.`,
    `## What is reverted\n\n${undo.tasks.map((task) => revertedLines(state, undo, task)).join('\n')}`,
    `## What stays\n\n${staying(state, undo)}`,
    `---\nMade by ${codeSpan('flotilla undo')}, run ${codeSpan(state.run)}, from ${codeSpan(base.branch)} at ${undo.base.slice(0, 9)}. No check has run on it, and no agent was asked.`,
    `<!-- ${undo.key} -->`,
  ];
  return `${sections.join('\n\n')}\n`;
}

/** Nobody reads more of them, and a forge takes no endless text. */
const mostCommits = 60;

function revertedLines({ tasks }: RunState, { commits }: PlannedUndo, ordinal: number): string {
  const task = tasks.find((one) => one.ordinal === ordinal);
  const number = task?.pullRequest == null ? '' : ` (#${task.pullRequest.number})`;
  const own = commits.filter((commit) => commit.task === ordinal);
  const lines = own
    .slice(0, mostCommits)
    .map(({ sha, subject }) => `  - ${sha.slice(0, 9)} ${codeSpan(subject)}`);
  const more = own.length > mostCommits ? [`  - and ${own.length - mostCommits} more`] : [];
  const head = `- Task ${ordinal}, ${markdownText(task?.title ?? '')}${number}:`;
  return [head, ...lines, ...more].join('\n');
}

function staying({ tasks, base }: RunState, { tasks: undone, standing }: PlannedUndo): string {
  const kept = tasks.filter(
    ({ ordinal, status }) => status === 'merged' && !undone.includes(ordinal),
  );
  const others =
    kept.length === 0
      ? ''
      : `\n\nMerged by the same run, and not undone: ${listed(kept.map(({ ordinal, pullRequest }) => `task ${ordinal}${pullRequest === null ? '' : ` (#${pullRequest.number})`}`))}.`;
  const warning =
    standing.length === 0
      ? ''
      : `\n\n**Look at ${tasksWords(standing)}**: the work began on the branch of a task that is undone here. It does not conflict, but may need what goes.`;
  return `Each commit above is reverted by a commit of its own, the newest first, as ${codeSpan('git revert')} does. Nothing else of ${codeSpan(base.branch)} changes: what came later does not touch the same lines, or this pull request would not be here. Issues stay closed and boxes ticked.${others}${warning}`;
}

function tasksWords(tasks: readonly number[]): string {
  return `${tasks.length === 1 ? 'task' : 'tasks'} ${listed(tasks)}`;
}
