import { failureLine } from '../../diagnosis/failure-line.ts';
import { displayIssue } from '../../model/issue/issue.ts';
import { isCiAwaited } from '../../model/state/feedback.ts';
import { openQuestions } from '../../model/state/question-state.ts';
import { askedWords } from '../words/question-words.ts';
import { isOver, type TaskState, type TaskStatus } from '../../model/state/task-state.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { plainText } from '../../model/text/plain-text.ts';
import { feedbackLines } from '../words/feedback-words.ts';
import { costText, counted, durationText } from '../figures.ts';
import { timeOfRun } from '../metrics/run-time.ts';
import { runCost } from '../metrics/run-cost.ts';
import { undoLines } from '../words/merge-words.ts';
import { findingWords } from '../words/run-event-words.ts';
import { standstillWords } from '../words/standstill-words.ts';
import { attachedWords } from '../words/task-event-words.ts';
import { panelLines } from './answer/panel-lines.ts';
import { footerCell } from './footer.ts';
import type { FrameInput } from './frame-input.ts';
import { renderEnds, renderLine, type Cell } from './line.ts';
import { mergingCar } from './merging-car.ts';
import { shareColumns } from './columns.ts';
import { headingCells, looks, rowCells, taskRow } from './task-row.ts';

/** Which tasks are shown first when not all of them fit, and the words of the counts, in their order. */
const statuses: readonly (readonly [TaskStatus, string])[] = [
  ['running', 'running'],
  ['failed', 'failed'],
  ['blocked', 'blocked'],
  ['queued', 'queued'],
  ['cancelled', 'cancelled'],
  ['skipped', 'skipped'],
  ['completed', 'completed'],
  ['merged', 'merged'],
];

/** Cut by what it is shown on; longer than this, nobody reads it anywhere. */
const longestText = 2_000;

/** Below this height a frame has no notes, headings or blank lines. */
const roomyHeight = 14;

/** One frame of the live view, lines joined by line breaks: never wider or higher than asked. */
export function renderFrame(input: FrameInput): string {
  const { state, height } = input;
  // The clocks of a run that has ended stand still.
  const frozen = state.endedAt === null ? input : { ...input, now: Date.parse(state.endedAt) };
  const isRoomy = height >= roomyHeight;
  const gap = isRoomy ? [''] : [];
  const above = [...headerLines(frozen), ...gap];
  const footer = [...gap, renderLine([footerCell(frozen)], frozen)];
  const panel = panelOf(frozen, height - above.length - footer.length);
  const notes = isRoomy && panel === null ? noteLines(frozen) : [];
  const middle = panel ?? notes;
  const below = [...(isRoomy && middle.length > 0 ? [''] : []), ...middle, ...footer];
  const table = tableLines(frozen, Math.max(1, height - above.length - below.length));
  const lines = [...above, ...table, ...below];
  // What somebody types is seen, whatever else is not.
  return (panel === null ? lines.slice(0, height) : lines.slice(-height)).join('\n');
}

/** What somebody answers now takes what it needs of the room, but for a few rows of the table; null when nobody does. */
function panelOf(
  { answering, state, width, height: all, isColour }: FrameInput,
  room: number,
): readonly string[] | null {
  if (answering == null) return null;
  const rows = all >= roomyHeight ? Math.min(state.tasks.length + 2, Math.floor(room / 3)) : 1;
  const height = Math.max(3, room - rows);
  return panelLines(answering, state.questions, { width, height, isColour });
}

function headerLines(input: FrameInput): readonly string[] {
  const { state, now } = input;
  const cost = runCost(state);
  const issue = displayIssue(state.issue);
  const title: Cell = { text: `${issue}  ${plainText(state.title, longestText)}`, tone: 'strong' };
  const time: Cell = {
    text: durationText(timeOfRun(state, new Date(now).toISOString())),
    tone: 'plain',
  };
  return [
    renderEnds(title, time, input),
    renderEnds(
      countsCell(state),
      { text: cost === null ? '' : costText(cost), tone: 'plain' },
      input,
    ),
  ];
}

function countsCell(state: RunState): Cell {
  if (state.plan === null) return { text: 'planning', tone: 'quiet' };
  return {
    text: `${counted(state.tasks.length, 'task')}: ${countWords(state.tasks)}`,
    tone: 'quiet',
  };
}

function countWords(tasks: readonly TaskState[]): string {
  return statuses
    .map(([status, word]) => [tasks.filter((task) => task.status === status).length, word] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(', ');
}

function tableLines(input: FrameInput, height: number): readonly string[] {
  const { state, now, width } = input;
  const { tasks } = state;
  const digits = String(tasks.at(-1)?.ordinal ?? 1).length;
  const hasHeading = input.height >= roomyHeight && tasks.length > 0;
  const room = height - (hasHeading ? 1 : 0);
  const isWhole = tasks.length <= room;
  const merging = mergingCar(state)?.task ?? null;
  const sorted = tasks.toSorted((a, b) => urgency(a, merging) - urgency(b, merging));
  const shown = isWhole ? tasks : sorted.slice(0, Math.max(0, room - 1));
  const rest = isWhole ? [] : sorted.slice(shown.length);
  const rows = shown.map((task) => taskRow(state, task, { now, digits }));
  const columns = shareColumns(
    width,
    rows.map(({ texts }) => texts),
  );
  const more: Cell = { text: `… ${rest.length} more: ${countWords(rest)}`, tone: 'quiet' };
  return [
    ...(hasHeading ? [renderLine(headingCells(columns), input)] : []),
    ...rows.map((row) => renderLine(rowCells(row, columns), input)),
    ...(isWhole ? [] : [renderLine([more], input)]),
  ];
}

/** What is merged now comes first, as what runs does. */
function urgency({ status, ordinal }: TaskState, merging: number | null): number {
  return ordinal === merging ? 0 : statuses.findIndex(([name]) => name === status);
}

const findingTones = { critical: 'bad', warning: 'warning', info: 'quiet' } as const;

/** First comes what needs a person; where no key answers it, with the command. */
function questionCells({ state, answerKey = null }: FrameInput): readonly (readonly Cell[])[] {
  const issue = displayIssue(state.issue);
  return openQuestions(state.questions).map((one): readonly Cell[] => {
    const how = answerKey === null ? `  (flotilla answer ${issue} ${one.question} …)` : '';
    return [
      { text: '?', tone: 'warning' },
      {
        text: plainText(`task ${one.task} asks: ${askedWords(one)}${how}`, longestText),
        tone: 'strong',
      },
    ];
  });
}

/** Whose automation waits for somebody to leave. */
function attachedCells({ tasks }: RunState): readonly (readonly Cell[])[] {
  return tasks
    .filter(({ attached }) => attached?.isHere === true)
    .map(({ ordinal, attached }): readonly Cell[] => [
      { text: '●', tone: 'busy' },
      { text: `task ${ordinal} is ${attachedWords(attached)}`, tone: 'plain' },
    ]);
}

/** What the run waits for, the newest failures, then the newest findings: three at most, where room is short. */
function noteLines(input: FrameInput): readonly string[] {
  const { state } = input;
  const failures = state.tasks
    .filter(({ failure }) => failure !== null)
    .toSorted((a, b) => (b.endedAt ?? '').localeCompare(a.endedAt ?? '', 'en'))
    .map(failureCells);
  const findings = state.findings
    // That fewer agents run than were asked for explains the table.
    .filter(({ severity, kind }) => severity !== 'info' || kind === 'resources')
    .toReversed()
    .map((finding): readonly Cell[] => [
      { text: '!', tone: findingTones[finding.severity] },
      { text: plainText(findingWords(finding), longestText), tone: 'plain' },
    ]);
  const bugs = state.unexpected.map(({ message }): readonly Cell[] => [
    { text: '✗', tone: 'bad' },
    { text: plainText(`unexpected: ${message}`, longestText), tone: 'plain' },
  ]);
  const pulls = [...feedbackLines(state.tasks), ...undoLines(state)].map(
    (line): readonly Cell[] => [
      { text: '!', tone: 'warning' },
      { text: plainText(line, longestText), tone: 'plain' },
    ],
  );
  const waits = [
    ...questionCells(input),
    ...attachedCells(state),
    ...waitCells(state),
    ...awaitedCells(state),
  ];
  return [...waits, ...bugs.toReversed(), ...failures, ...pulls, ...findings]
    .slice(0, input.height === Infinity ? undefined : 3)
    .map((cells) => renderLine(cells, input));
}

/** What a run keeps running for when no task is being worked on any more. */
function awaitedCells({ tasks, ended, issue, merging }: RunState): readonly (readonly Cell[])[] {
  // The local forge has no checks of its own, and the last line says what merging waits for.
  const awaited = issue.forge === 'local' || merging !== null ? [] : tasks.filter(isCiAwaited);
  const isIdle = tasks.every((task) => isOver(task) || task.status === 'blocked');
  if (ended !== null || !isIdle || awaited.length === 0) return [];
  const numbers = awaited.map(({ pullRequest }) => `#${pullRequest?.number ?? 0}`).join(', ');
  return [
    [
      { text: '…', tone: 'busy' },
      { text: plainText(`waiting for the checks of ${numbers}`, longestText), tone: 'plain' },
    ],
  ];
}

/** Why nothing starts now; empty once the run has ended. */
function waitCells(state: RunState): readonly (readonly Cell[])[] {
  const words = standstillWords(state);
  if (words === null) return [];
  const text = plainText(state.isPauseAsked ? words : `waiting: ${words}`, longestText);
  return [
    [
      { text: '⏸', tone: 'warning' },
      { text, tone: 'plain' },
    ],
  ];
}

function failureCells(task: TaskState): readonly Cell[] {
  const line = task.failure === null ? '' : failureLine(task.failure);
  return [
    { text: looks.failed.mark, tone: 'bad' },
    { text: plainText(`task ${task.ordinal}: ${line}`, longestText), tone: 'plain' },
  ];
}
