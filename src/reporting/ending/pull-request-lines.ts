import { fixesOf } from '../../model/state/fixes.ts';
import type { RunState } from '../../model/state/run-state.ts';
import type { TaskState } from '../../model/state/task-state.ts';
import { plainText } from '../../model/text/plain-text.ts';
import { counted } from '../figures.ts';
import { padWidth, widthOf } from '../live/text-width.ts';
import { branchToReview, reviewCommands } from './outcome.ts';

/**
 * The pull requests of a run that has ended, a line each, and how to look at one. Where a line is wider than the
 * terminal (null: it goes elsewhere), none shows its branch: nobody can read a list whose every line wraps.
 */
export function pullRequestLines(state: RunState, width: number | null): readonly string[] {
  const opened = state.tasks.filter(({ pullRequest }) => pullRequest !== null);
  const [first] = opened.toSorted((one, other) => isMerged(one) - isMerged(other));
  if (first === undefined) return [];
  const commands = isMerged(first) === 1 ? [] : reviewCommands(state, first);
  const rowsOf = (isBranchTold: boolean) => pullRequestRows(state, opened, isBranchTold);
  const whole = rowsOf(true);
  const isTooWide = width !== null && whole.some((line) => widthOf(line) > width);
  return [
    'Pull requests',
    ...(isTooWide ? rowsOf(false) : whole),
    ...(commands.length === 0
      ? []
      : ['', 'To look at one', ...commands.map((line) => `  ${line}`)]),
  ];
}

function isMerged({ status }: TaskState): number {
  return status === 'merged' ? 1 : 0;
}

/** A line each, in columns; where the work is, as long as it is not in the base. */
function pullRequestRows(
  state: RunState,
  opened: readonly TaskState[],
  isBranchTold: boolean,
): readonly string[] {
  const rows = opened.map((task) => ({
    task,
    number: `#${task.pullRequest?.number ?? 0}`,
    title: plainText(task.title, 60),
  }));
  const width = (key: 'number' | 'title'): number =>
    Math.max(...rows.map((row) => widthOf(row[key])));
  const [numbers, titles] = [width('number'), width('title')];
  return rows.map(({ task, number, title }) => {
    const mark = task.left === null ? '✓' : '○';
    const notes = [whereWords(state, task, isBranchTold), fixedWords(task)].filter(
      (words) => words !== '',
    );
    return `  ${mark} ${padWidth(number, numbers)}  ${padWidth(title, titles)}  ${notes.join(', ')}`.trimEnd();
  });
}

function whereWords(state: RunState, task: TaskState, isBranchTold: boolean): string {
  if (task.status === 'merged') return 'merged';
  const branch = isBranchTold ? branchToReview(task) : null;
  const where = state.issue.forge === 'local' ? branch : task.pullRequest?.url;
  return `${where ?? ''}${leftWords(task)}`.trimStart();
}

/** Otherwise nobody would see that a check was red at first. */
function fixedWords(task: TaskState): string {
  const fixes = fixesOf(task);
  return fixes === 0 ? '' : `after ${counted(fixes, 'fix')} of a failing check`;
}

function leftWords({ left }: TaskState): string {
  return left === null ? '' : `  left: ${plainText(left.message, 200)}`;
}
