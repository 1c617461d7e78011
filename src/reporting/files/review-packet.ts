import { displayIssue } from '../../model/issue/issue.ts';
import type { PlannedTask } from '../../model/plan/plan.ts';
import { redOnBase, type TaskState } from '../../model/state/task-state.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { reviewChecklist, reviewNote } from '../../model/plan/review-checklist.ts';
import { isTestPath } from '../../model/plan/test-path.ts';
import type { TrainCar } from '../../model/merge/train-car.ts';
import type { UnionVerdict } from '../../model/merge/union.ts';
import { authorText, codeSpan, markdownText } from '../../model/text/markdown-text.ts';
import { counted } from '../figures.ts';
import { conflictsWords, placeWords, runUnionWords } from '../words/merge-words.ts';
import { shellWord } from '../shell-word.ts';
import { changedLines, reviewRisk, type Overlap, type ReviewRisk } from './review-risk.ts';

export type PacketParams = {
  readonly state: RunState;
  /** The finished tasks in the order in which they should be merged. */
  readonly cars: readonly TrainCar[];
  /** Null: nobody has judged the branches together. */
  readonly verdict: UnionVerdict | null;
};

/** One pull request, as the packet shows it. */
type Entry = {
  readonly car: TrainCar;
  readonly task: TaskState;
  readonly planned: PlannedTask | null;
  readonly overlaps: readonly Overlap[];
  readonly risk: ReviewRisk;
};

/**
 * The page of a run as it stands: what is open and, once all is merged, what was. In the order of the last judgement,
 * then in the issue's. Null when there is no pull request.
 */
export function renderReviewPage(state: RunState): string | null {
  const all = state.tasks.flatMap((task) => carOf(state, task));
  const open = all.filter(({ status }) => status === 'completed');
  const cars = (open.length > 0 ? open : all).map(({ car }) => car);
  const place = ({ task }: TrainCar): number => {
    const found = state.mergeOrder.findIndex((car) => car.task === task);
    return found < 0 ? Number.POSITIVE_INFINITY : found;
  };
  const order = cars.toSorted((one, other) => (place(one) < place(other) ? -1 : 1));
  return cars.length === 0
    ? null
    : renderReviewPacket({ state, cars: order, verdict: state.union });
}

function carOf(
  { mergeOrder }: RunState,
  task: TaskState,
): { readonly car: TrainCar; readonly status: TaskState['status'] }[] {
  const { ordinal, pullRequest, pushedHead, workspace, status } = task;
  if (pullRequest === null || (status !== 'completed' && status !== 'merged')) return [];
  const { number } = pullRequest;
  const known = mergeOrder.find((car) => car.task === ordinal);
  const branch = workspace?.branch ?? '';
  const head = pushedHead ?? '';
  const car = known ?? { task: ordinal, number, branch, head, after: [], reasons: [] };
  return [{ car, status }];
}

/** One page of Markdown that takes a person through all pull requests of a run in one sitting, the riskiest first. */
export function renderReviewPacket(params: PacketParams): string {
  const { state } = params;
  const entries = entriesOf(params);
  const riskiest = entries.toSorted((one, other) => other.risk.score - one.risk.score);
  const parts = [
    `# Review: ${displayIssue(state.issue)}: ${markdownText(state.title)}`,
    ...opening(params, entries),
    ...table('Read in this order', [
      ['', 'Pull request', 'Lines', 'Files', 'Why here'],
      ...riskiest.map((entry, index) => riskRow(entry, index + 1)),
    ]),
    ...riskiest.map((entry) => entryText(entry, state)),
    ...mergeTable(entries, params.verdict),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function opening({ state, verdict }: PacketParams, entries: readonly Entry[]): string[] {
  const open = entries.filter(({ task }) => task.status === 'completed').length;
  const count = counted(entries.length, 'pull request');
  const words = runUnionWords({ ...state, union: verdict });
  const unjudged = verdict === null ? ' Nobody has judged them together yet.' : '';
  const together = words === null ? unjudged : ` ${sentence(words)}`;
  const wanted = (state.plan?.acceptance ?? []).map((text) => `- ${authorText(text)}`);
  return [
    `${count} from run ${codeSpan(state.run)}${open === 0 ? ', all merged' : ''}.${together}`,
    open === 0
      ? ''
      : `When you have read them: ${codeSpan(`flotilla merge ${shellWord(state.source)}`)} merges what works together, each checked on the base that it is merged into, and leaves the rest open.`,
    wanted.length === 0 ? '' : `Wanted of each:\n\n${wanted.join('\n')}`,
    open === 0 ? '' : checklist,
  ];
}

/** The same list is in each pull request, with what is known about each line. */
const checklist = [
  '## PR Review Checklist (Orchestrated Tasks)',
  `For each pull request; the same list in it says what is known about each line.`,
  reviewChecklist.map((item) => `- [ ] ${item}`).join('\n'),
  `Note: ${reviewNote}`,
].join('\n\n');

function mergeTable(entries: readonly Entry[], verdict: UnionVerdict | null): string[] {
  const isOpen = entries.some(({ task }) => task.status === 'completed');
  return table(isOpen ? 'Merge in this order' : 'The order of merging', [
    ['', 'Pull request', 'Reason'],
    ...entries.map(({ car, task }, index) => [
      String(index + 1),
      linkTo(task),
      placeWords(car, verdict),
    ]),
  ]);
}

function entriesOf({ state, cars, verdict }: PacketParams): Entry[] {
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
  const why =
    risk.reasons.length === 0 ? 'nothing stands out' : markdownText(risk.reasons.join('; '), 400);
  return [String(place), linkTo(task), String(changedLines(task)), String(task.files.length), why];
}

const mostPaths = 12;

function entryText(entry: Entry, state: RunState): string {
  const { task, planned, overlaps } = entry;
  const tests = task.files.filter(({ path }) => isTestPath(path)).map(({ path }) => path);
  const lines = [
    ...(task.status === 'merged' ? ['Merged.'] : []),
    checkLine(task),
    ...(planned?.acceptance ?? []).map((text) => `Wanted: ${authorText(text)}`),
    ...(tests.length === 0 ? ['Tests: none changed'] : pathsLine('Tests', tests)),
    `Changes: ${changesText(task)}`,
    ...overlaps.map((overlap) => `Shared with task ${overlap.task}: ${pathsText(overlap.paths)}`),
    ...state.conflicts
      .filter(({ task: one, with: other }) => one === task.ordinal || other === task.ordinal)
      .map(
        (conflict) =>
          `Collides: ${markdownText(conflictsWords({ arisen: [conflict], settled: [] }), 400)}`,
      ),
    ...(task.left === null ? [] : [`Was not merged: ${markdownText(task.left.message, 400)}`]),
    ...task.notes.map((note) => `Note: ${authorText(note, 1_000)}`),
    ...lookLine(task),
  ];
  const list = lines.map((line) => `- ${line}`).join('\n');
  return `### ${linkTo(task)}\n\n${list}`;
}

function checkLine(task: TaskState): string {
  const { checks, attempts } = task;
  const passed = checks.filter(({ state }) => state === 'passed').map(({ command }) => command);
  const onBase = redOnBase(task).map(codeSpan).join(', ');
  const said = onBase === '' ? '' : `Red on the base, too, and so not counted: ${onBase}.`;
  if (passed.length === 0) return said || 'No check ran on it.';
  const fixed = attempts.flatMap(({ fixes }) => (fixes === null ? [] : [codeSpan(fixes.command)]));
  const first = fixed.length === 0 ? '' : ` Failed first: ${fixed.join(', ')}.`;
  const rest = said === '' ? '' : ` ${said}`;
  return `Passed on its own branch: ${passed.map(codeSpan).join(', ')}.${first}${rest}`;
}

function changesText({ files }: TaskState): string {
  const shown = files.slice(0, mostPaths).map(({ path, added, removed }) => {
    const lines = added === null ? 'binary' : `+${added} -${removed ?? 0}`;
    return `${codeSpan(path)} (${lines})`;
  });
  const more = files.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? `, and ${more} more` : ''}`;
}

function lookLine({ workspace }: TaskState): string[] {
  if (workspace === null) return [];
  const ref = shellWord(`flotilla/${workspace.branch}`);
  return [`Look: ${codeSpan(`git diff ${workspace.baseSha.slice(0, 9)}...${ref}`)}`];
}

function pathsLine(words: string, paths: readonly string[]): string[] {
  return paths.length === 0 ? [] : [`${words}: ${pathsText(paths)}`];
}

function pathsText(paths: readonly string[]): string {
  const more = paths.length > mostPaths ? `, and ${paths.length - mostPaths} more` : '';
  return `${paths.slice(0, mostPaths).map(codeSpan).join(', ')}${more}`;
}
