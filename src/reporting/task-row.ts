import { taskCost, type RunState, type TaskState, type TaskStatus } from '../model/run-state.ts';
import { ageText, costText, durationText } from './figures.ts';
import type { Cell, Tone } from './line.ts';
import { plainText } from '../model/plain-text.ts';
import { timeOfTask } from './run-time.ts';
import { stageWords } from './task-event-words.ts';

/** How wide each column of the live view is; an optional one is 0 where there is no room for it. */
export type Columns = {
  readonly ordinal: number;
  readonly title: number;
  readonly stage: number;
  readonly bar: number;
  readonly seen: number;
  readonly time: number;
  readonly cost: number;
  readonly activity: number;
};

type Look = { readonly mark: string; readonly tone: Tone };

/** The mark and tone of a task's state. */
export const looks: Record<TaskStatus, Look> = {
  running: { mark: '●', tone: 'busy' },
  failed: { mark: '✗', tone: 'bad' },
  blocked: { mark: '◌', tone: 'warning' },
  queued: { mark: '○', tone: 'quiet' },
  cancelled: { mark: '–', tone: 'quiet' },
  completed: { mark: '✓', tone: 'good' },
  merged: { mark: '✓', tone: 'good' },
};

/** From this silence on, the last sign of life is shown as a warning. */
const worryingSilenceMs = 120_000;
const longestTitle = 36;

/** Shares out a line: what matters least (what the agent does, then progress, cost, last sign of life) goes first. */
export function shareColumns(width: number, ordinal: number): Columns {
  const columns = { ordinal, title: 16, stage: 14, bar: 0, seen: 0, time: 7, cost: 0, activity: 0 };
  let room = width - (2 + ordinal + 2 + columns.title + 2 + columns.stage + 2 + columns.time);
  const optional = [
    ['seen', 4],
    ['cost', 6],
    ['bar', 10],
    ['activity', 24],
  ] as const;
  for (const [name, size] of optional) {
    if (room < size + 2) break;
    columns[name] = size;
    room -= size + 2;
  }
  const forTitle = Math.max(0, Math.min(room, longestTitle - columns.title));
  columns.title += columns.activity === 0 ? Math.max(0, room) : forTitle;
  if (columns.activity > 0) columns.activity += room - forTitle;
  return columns;
}

/** The names of the columns. */
export function headingCells(columns: Columns): readonly Cell[] {
  const name = (text: string, width: number, align: 'left' | 'right' = 'left'): Cell => ({
    text,
    width,
    align,
    tone: 'quiet',
  });
  return present([
    name('', 2 + columns.ordinal),
    name('task', columns.title),
    name('stage', columns.stage),
    name('progress', columns.bar),
    name('seen', columns.seen, 'right'),
    name('time', columns.time, 'right'),
    name('cost', columns.cost, 'right'),
    name('doing', columns.activity),
  ]);
}

/** One task as a row. `now` is the moment up to which clocks run, in milliseconds since 1970. */
export function taskCells(
  state: Pick<RunState, 'spans'>,
  task: TaskState,
  { columns, now }: { readonly columns: Columns; readonly now: number },
): readonly Cell[] {
  const { mark, tone } = looks[task.status];
  const isRunning = task.status === 'running';
  const idle = task.status === 'queued' || task.status === 'cancelled';
  const silence = silenceOf(task, now);
  const took = timeOfTask(state, task, new Date(now).toISOString());
  const time = took === null ? '' : durationText(took);
  const cost = taskCost(task);
  return present([
    { text: `${mark} ${String(task.ordinal).padStart(columns.ordinal)}`, tone },
    { text: plainText(task.title, 200), tone: idle ? 'quiet' : 'plain', width: columns.title },
    { text: stateWords(task), tone: isRunning ? 'plain' : tone, width: columns.stage },
    { text: bar(task, columns.bar), tone, width: columns.bar },
    {
      text: silence === null ? '' : ageText(silence),
      tone: silence !== null && silence >= worryingSilenceMs ? 'warning' : 'quiet',
      width: columns.seen,
      align: 'right',
    },
    { text: time, tone: isRunning ? 'plain' : 'quiet', width: columns.time, align: 'right' },
    {
      text: cost === null ? '' : costText(cost),
      tone: isRunning ? 'plain' : 'quiet',
      width: columns.cost,
      align: 'right',
    },
    { text: activity(task), tone: 'quiet', width: columns.activity },
  ]);
}

function present(cells: readonly Cell[]): readonly Cell[] {
  return cells.filter(({ width }) => width !== 0);
}

function stateWords(task: TaskState): string {
  const number = task.pullRequest?.number;
  switch (task.status) {
    case 'running':
      return stageWords(task.stage);
    case 'failed':
      return task.failure?.reason.replaceAll('-', ' ') ?? 'failed';
    case 'completed':
    case 'merged':
      return number === undefined
        ? task.status
        : `${task.status === 'merged' ? 'merged' : task.left === null ? 'PR' : 'left'} #${number}`;
    default:
      return task.status;
  }
}

function bar(task: TaskState, width: number): string {
  if (task.startedAt === null) return '';
  const filled = Math.round((task.progress / 100) * width);
  return '━'.repeat(filled) + '┄'.repeat(width - filled);
}

function activity(task: TaskState): string {
  return task.status === 'running' ? plainText(task.lastActivity ?? '', 200) : '';
}

function silenceOf({ status, lastActivityAt }: TaskState, now: number): number | null {
  return status !== 'running' || lastActivityAt === null ? null : now - Date.parse(lastActivityAt);
}
