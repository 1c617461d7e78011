import { taskCost, type TaskState, type TaskStatus } from '../../model/state/task-state.ts';
import { openQuestions } from '../../model/state/question-state.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { plainText } from '../../model/text/plain-text.ts';
import { ageText, costText, durationText } from '../figures.ts';
import { timeOfTask } from '../metrics/run-time.ts';
import { attachedWords, stageWords } from '../words/task-event-words.ts';
import { barWidth, type Columns, type RowTexts } from './columns.ts';
import type { Cell, Tone } from './line.ts';
import { mergingCar } from './merging-car.ts';

type Look = { readonly mark: string; readonly tone: Tone };

/** The mark and tone of a task's state. */
export const looks: Record<TaskStatus, Look> = {
  running: { mark: '●', tone: 'busy' },
  failed: { mark: '✗', tone: 'bad' },
  blocked: { mark: '◌', tone: 'warning' },
  queued: { mark: '○', tone: 'quiet' },
  cancelled: { mark: '–', tone: 'quiet' },
  skipped: { mark: '–', tone: 'quiet' },
  completed: { mark: '✓', tone: 'good' },
  merged: { mark: '✓', tone: 'good' },
};

/** From this silence on, the last sign of life is shown as a warning. */
const worryingSilenceMs = 120_000;
const longestText = 2_000;

/** A task as a row, before the columns are shared out. */
export type TaskRow = {
  readonly texts: RowTexts;
  readonly tone: Tone;
  /** Whether somebody is working on it now. */
  readonly isAlive: boolean;
  readonly isIdle: boolean;
  readonly isWorrying: boolean;
};

type RowInput = {
  /** The moment up to which clocks run, in milliseconds since 1970. */
  readonly now: number;
  /** How many columns the ordinals take. */
  readonly digits: number;
};

/** What there is to show of a task. */
export function taskRow(state: RunState, task: TaskState, { now, digits }: RowInput): TaskRow {
  const car = mergingCar(state);
  const isMerging = car?.task === task.ordinal;
  const isRunning = task.status === 'running';
  const isAlive = isRunning || isMerging;
  const isAsking =
    isRunning && openQuestions(state.questions).some((one) => one.task === task.ordinal);
  const { mark, tone } = isAlive ? looks.running : looks[task.status];
  const silence =
    isRunning && task.lastActivityAt !== null ? now - Date.parse(task.lastActivityAt) : null;
  const took = timeOfTask(state, task, new Date(now).toISOString());
  const cost = taskCost(task);
  const isAttached = task.attached?.isHere === true;
  const doing = isAttached ? attachedWords(task.attached) : (task.lastActivity ?? '');
  const activity = isMerging ? car.doing : isRunning || isAttached ? doing : '';
  return {
    tone,
    isAlive,
    isIdle: ['queued', 'cancelled', 'skipped'].includes(task.status),
    isWorrying: !isAsking && !isAttached && silence !== null && silence >= worryingSilenceMs,
    texts: {
      ordinal: `${mark} ${String(task.ordinal).padStart(digits)}`,
      title: plainText(task.title, longestText),
      stage: isMerging ? `merging${pullWords(task)}` : stageOf(task, { isAsking, isAttached }),
      activity: plainText(activity, longestText),
      bar: bar(task),
      seen: silence === null ? '' : ageText(silence),
      time: took === null ? '' : durationText(took),
      cost: cost === null ? '' : costText(cost),
    },
  };
}

const names: readonly (readonly [keyof Columns, string, 'left' | 'right'])[] = [
  ['ordinal', '', 'left'],
  ['title', 'task', 'left'],
  ['stage', 'stage', 'left'],
  ['activity', 'doing', 'left'],
  ['bar', 'progress', 'left'],
  ['seen', 'seen', 'right'],
  ['time', 'time', 'right'],
  ['cost', 'cost', 'right'],
];

/** The names of the columns. */
export function headingCells(columns: Columns): readonly Cell[] {
  return drawn(columns, (_name, text) => ({ text, tone: 'quiet' }));
}

/** The cells of a row. */
export function rowCells(row: TaskRow, columns: Columns): readonly Cell[] {
  const figures: Tone = row.isAlive ? 'plain' : 'quiet';
  const tones: Record<keyof Columns, Tone> = {
    ordinal: row.tone,
    title: row.isIdle && !row.isAlive ? 'quiet' : 'plain',
    stage: row.isAlive ? 'plain' : row.tone,
    activity: 'quiet',
    bar: row.tone,
    seen: row.isWorrying ? 'warning' : 'quiet',
    time: figures,
    cost: figures,
  };
  return drawn(columns, (name) => ({ text: row.texts[name], tone: tones[name] }));
}

function drawn(
  columns: Columns,
  cell: (name: keyof Columns, heading: string) => Pick<Cell, 'text' | 'tone'>,
): readonly Cell[] {
  return names
    .filter(([name]) => columns[name] > 0)
    .map(([name, heading, align]) => ({ ...cell(name, heading), width: columns[name], align }));
}

function stageOf(
  task: TaskState,
  { isAsking, isAttached }: { readonly isAsking: boolean; readonly isAttached: boolean },
): string {
  if (isAttached) return 'attached';
  return isAsking ? 'asking' : stateWords(task);
}

function stateWords(task: TaskState): string {
  switch (task.status) {
    case 'running':
      return stageWords(task.stage, task.attempts.at(-1)?.agent);
    case 'failed':
      return task.failure?.reason.replaceAll('-', ' ') ?? 'failed';
    case 'completed':
    case 'merged': {
      const word = task.status === 'merged' ? 'merged' : task.left === null ? 'PR' : 'left';
      return task.pullRequest === null ? task.status : `${word}${pullWords(task)}`;
    }
    default:
      return task.status;
  }
}

function pullWords({ pullRequest }: TaskState): string {
  return pullRequest === null ? '' : ` #${pullRequest.number}`;
}

function bar(task: TaskState): string {
  if (task.startedAt === null) return '';
  const filled = Math.round((task.progress / 100) * barWidth);
  return '━'.repeat(filled) + '┄'.repeat(barWidth - filled);
}
