import { displayIssue } from '../model/issue.ts';
import type { PlannedTask } from '../model/plan.ts';
import type { RunState, TaskState } from '../model/run-state.ts';
import type { TrainCar } from '../model/train.ts';
import type { UnionVerdict } from '../model/union.ts';
import { counted } from './figures.ts';
import { codeSpan, markdownText } from './markdown-text.ts';
import { placeWords, unionWords } from './merge-words.ts';
import {
  changedLines,
  reviewRisk,
  undeclaredPaths,
  type Overlap,
  type ReviewRisk,
} from './review-risk.ts';

export type PacketOrder = {
  readonly state: RunState;
  /** The finished tasks in the order in which they are to be merged. */
  readonly cars: readonly TrainCar[];
  readonly verdict: UnionVerdict;
};

/** One pull request, as the packet shows it. */
type Entry = {
  readonly car: TrainCar;
  readonly task: TaskState;
  readonly planned: PlannedTask | null;
  readonly overlaps: readonly Overlap[];
  readonly risk: ReviewRisk;
};

/** One page of Markdown that takes a person through all pull requests of a run in one sitting, the riskiest first. */
export function renderReviewPacket(order: PacketOrder): string {
  const { state, verdict } = order;
  const entries = entriesOf(order);
  const riskiest = entries.toSorted((one, other) => other.risk.score - one.risk.score);
  const parts = [
    `# Review: ${markdownText(`${displayIssue(state.issue)}: ${state.title}`)}`,
    `${counted(entries.length, 'pull request')} from run ${codeSpan(state.run)}. ${sentence(unionWords(verdict))}`,
    ...table('Read in this order', [
      ['', 'Pull request', 'Lines', 'Files', 'Why here'],
      ...riskiest.map((entry, index) => riskRow(entry, index + 1)),
    ]),
    ...riskiest.map(entryText),
    ...table('Merge in this order', [
      ['', 'Pull request', 'Reason'],
      ...entries.map(({ car, task }, index) => [
        String(index + 1),
        linkTo(task),
        placeWords(car.reasons),
      ]),
    ]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function entriesOf({ state, cars, verdict }: PacketOrder): Entry[] {
  const tasks = cars.flatMap((car) => {
    const task = state.tasks.find(({ ordinal }) => ordinal === car.task);
    return task === undefined ? [] : [{ car, task }];
  });
  return tasks.map(({ car, task }) => {
    const planned = state.plan?.tasks.find(({ ordinal }) => ordinal === task.ordinal) ?? null;
    const overlaps = tasks.flatMap(({ task: other }) => overlapOf(task, other));
    const risk = reviewRisk({ task, planned, car, verdict, overlaps });
    return { car, task, planned, overlaps, risk };
  });
}

function overlapOf(task: TaskState, other: TaskState): Overlap[] {
  if (task.ordinal === other.ordinal) return [];
  const theirs = new Set(other.files.map(({ path }) => path));
  const paths = task.files.map(({ path }) => path).filter((path) => theirs.has(path));
  return paths.length === 0 ? [] : [{ task: other.ordinal, paths }];
}

function sentence(words: string): string {
  const text = markdownText(words, 1_000).replace(/^[✓✗?] /u, '');
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}

function table(heading: string, rows: readonly (readonly string[])[]): string[] {
  const [head = [], ...body] = rows;
  const lines = [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`);
  return [`## ${heading}`, lines.join('\n')];
}

function linkTo({ ordinal, title, pullRequest }: TaskState): string {
  const name = `${ordinal}. ${markdownText(title)}`;
  return pullRequest === null ? name : `[#${pullRequest.number}](<${pullRequest.url}>) ${name}`;
}

function riskRow({ task, risk }: Entry, place: number): string[] {
  const why = risk.reasons.length === 0 ? 'nothing stands out' : risk.reasons.join('; ');
  return [String(place), linkTo(task), String(changedLines(task)), String(task.files.length), why];
}

const mostPaths = 12;

function entryText(entry: Entry): string {
  const { task, planned, overlaps } = entry;
  const passed = task.checks
    .filter(({ state }) => state === 'passed')
    .map(({ command }) => command);
  const lines = [
    passed.length === 0
      ? 'No check ran on it.'
      : `Passed on its own branch: ${passed.map(codeSpan).join(', ')}.`,
    ...(planned?.acceptance ?? []).map((text) => `Wanted: ${markdownText(text, 300)}`),
    ...pathsLine('Not named by the task', undeclaredPaths(entry)),
    ...overlaps.map((overlap) => `Shared with task ${overlap.task}: ${pathsText(overlap.paths)}`),
    ...task.notes.map((note) => `Note: ${note}`),
    ...(task.workspace === null
      ? []
      : [
          `Look: ${codeSpan(`git diff ${task.workspace.baseSha.slice(0, 9)}...flotilla/${task.workspace.branch}`)}`,
        ]),
  ];
  const list = lines.map((line) => `- ${line}`).join('\n');
  return `### ${linkTo(task)}\n\n${list}`;
}

function pathsLine(words: string, paths: readonly string[]): string[] {
  return paths.length === 0 ? [] : [`${words}: ${pathsText(paths)}`];
}

function pathsText(paths: readonly string[]): string {
  const more = paths.length > mostPaths ? `, and ${paths.length - mostPaths} more` : '';
  return `${paths.slice(0, mostPaths).map(codeSpan).join(', ')}${more}`;
}
