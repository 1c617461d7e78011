import type { SeenConflict } from '../../model/merge/conflict.ts';
import type {
  ConclusionDone,
  ConflictsSeen,
  MergeDone,
  MergeStepEvent,
  PrefixChecked,
  UndoPublished,
  UpdateChecked,
} from '../../model/event/merge-event.ts';
import { unreachable } from '../../model/result.ts';
import type { RunState } from '../../model/state/run-state.ts';
import type { PlaceReason, ResolveReason, TrainCar } from '../../model/merge/train-car.ts';
import type { LeftBranch, UnionVerdict } from '../../model/merge/union.ts';
import { listed } from '../../model/text/listed.ts';
import { counted } from '../figures.ts';

/** What the radar saw, in one line. */
export function conflictsWords({ arisen, settled }: Omit<ConflictsSeen, 'type'>): string {
  const news = arisen.map(
    (conflict) => `${sideWords(conflict)} collide in ${placesWords(conflict)}`,
  );
  const gone = settled.map((conflict) => `${sideWords(conflict)} no longer collide`);
  return [...news, ...gone].join('; ');
}

function sideWords({ task, with: other }: Pick<SeenConflict, 'task' | 'with'>): string {
  return other === 'base' ? `task ${task} and the base` : `tasks ${task} and ${other}`;
}

/** `src/a.ts:14, src/b.ts (modify-delete), and 2 more`. */
function placesWords({ files }: SeenConflict): string {
  if (files.length === 0) return 'all: they have no common history';
  const named = files.slice(0, 3).map(({ path, kind, hunks }) => {
    const line = hunks[0]?.line;
    return line === undefined ? `${path} (${kind})` : `${path}:${line}`;
  });
  const more = files.length - named.length;
  return [...named, ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

/** What the union of all branches is, in one line. */
export function unionWords(verdict: UnionVerdict): string {
  const { state, tasks, left, red, culprits, flaky, isSearchComplete } = verdict;
  const parts = left.map(leftWords);
  if (state === 'unknown')
    parts.unshift(
      verdict.checks.length === 0
        ? `no check ran on ${tasks.length === 1 ? 'it' : 'them'}`
        : 'the checks say nothing',
    );
  if (flaky.length > 0) parts.push(`${flaky.join(', ')} failed once and then passed`);
  if (state === 'red')
    parts.unshift(`${red.join(', ')} ${culpritWords(culprits, isSearchComplete)}`);
  const sign = { green: '✓', red: '✗', unknown: '?' }[state];
  const details = parts.length === 0 ? '' : `${state === 'green' ? ';' : ':'} ${parts.join('; ')}`;
  return `${sign} ${unionOf(tasks, left.length)} ${state}${details}`;
}

function unionOf(tasks: readonly number[], left: number): string {
  if (left > 0) return `${tasks.length} of ${tasks.length + left} branches together are`;
  return `${togetherWords(tasks)} ${tasks.length === 1 ? 'is' : 'are'}`;
}

/** Branches as one thing: `all 5 branches together`. */
export function togetherWords(tasks: readonly number[]): string {
  if (tasks.length === 1) return `the branch of task ${tasks[0]}`;
  return tasks.length === 2 ? 'both branches together' : `all ${tasks.length} branches together`;
}

/** What the union of a run's branches is, as long as that means anything: once all is merged, what it found is settled. */
export function runUnionWords({ union, tasks }: RunState): string | null {
  if (union === null) return null;
  const isSettled = tasks.every(({ status }) => status === 'merged');
  const isPlain = union.state === 'green' && union.left.length === 0;
  return isSettled && !isPlain ? null : unionWords(union);
}

function culpritWords(culprits: UnionVerdict['culprits'], isComplete: boolean): string {
  const sets = culprits.map((set) =>
    set.length === 1 ? `task ${set[0]}` : `tasks ${listed(set)} together`,
  );
  if (sets.length === 0) return 'fails, and no set of tasks was found to be the cause';
  return `fails with ${sets.join(', and with ')}${isComplete ? '' : '; there may be more'}`;
}

function leftWords({ task, reason, with: others, isWithBase, files }: LeftBranch): string {
  if (reason === 'needs') return `task ${task} needs ${tasksWords(others)}`;
  const sides = [
    ...(isWithBase ? ['the base'] : []),
    ...(others.length > 0 ? [tasksWords(others)] : []),
  ];
  const where = files.map(({ path }) => path).slice(0, 3);
  return `task ${task} conflicts with ${sides.join(' and ') || 'those before it'}${where.length > 0 ? ` in ${where.join(', ')}` : ''}`;
}

/** `task 3`, `tasks 3 and 4`. */
export function tasksWords(tasks: readonly number[]): string {
  return `${tasks.length === 1 ? 'task' : 'tasks'} ${listed(tasks)}`;
}

/** The order of a merge train, in one line. */
export function trainWords(cars: readonly TrainCar[]): string {
  const order = cars.map(({ task }) => task).join(', ');
  return cars.length === 0 ? 'nothing to merge' : `merging in this order: ${order}`;
}

/** Pull requests that became ready while others were merged. */
export function joinedWords(cars: readonly TrainCar[]): string {
  return `merging ${cars.map(({ task }) => `task ${task}`).join(', ')} as well`;
}

/**
 * Why a branch stands where it does, in words. First comes what it fails with: a branch that merges with all others is not
 * free of them when their tests fail together.
 */
export function placeWords(
  { task, reasons }: Pick<TrainCar, 'task' | 'reasons'>,
  verdict: UnionVerdict | null,
): string {
  const red = redWords(verdict, task);
  const shown = reasons.filter(({ kind }) => kind !== 'free' || red.length === 0);
  return [...red, ...shown.map(reasonWords)].join('; ');
}

function redWords(verdict: UnionVerdict | null, task: number): readonly string[] {
  if (verdict?.state !== 'red' || !verdict.tasks.includes(task)) return [];
  if (verdict.culprits.length === 0) return ['is red together with the others'];
  const sets = verdict.culprits.filter((set) => set.includes(task));
  return sets.map((set) => {
    const others = set.filter((other) => other !== task);
    return others.length === 0 ? 'fails by itself' : `fails together with ${tasksWords(others)}`;
  });
}

function reasonWords(reason: PlaceReason): string {
  switch (reason.kind) {
    case 'after':
      return `needs ${tasksWords(reason.tasks)}`;
    case 'foundation':
      return `${tasksWords(reason.tasks)} ${reason.tasks.length === 1 ? 'mentions' : 'mention'} what it changes`;
    case 'before-conflicts':
      return `goes before ${tasksWords(reason.tasks)}, which collides with it`.replace(
        /(tasks .*), which collides/u,
        '$1, which collide',
      );
    case 'reconcile': {
      const sides = [
        ...(reason.isWithBase ? ['the base'] : []),
        ...(reason.tasks.length > 0 ? [tasksWords(reason.tasks)] : []),
      ];
      return `collides with ${sides.join(' and ')}`;
    }
    case 'free':
      return 'collides with no other task';
    default:
      return unreachable(reason);
  }
}

/** What followed from merges, in one line. */
export function conclusionWords({ tasks, isWhole, notes }: Omit<ConclusionDone, 'type'>): string {
  const whole = isWhole ? ', and the issue is closed' : '';
  const rest = notes.length === 0 ? '' : `; ${notes.join('; ')}`;
  return `✓ ${tasksWords(tasks)} ${tasks.length === 1 ? 'is' : 'are'} ticked off${whole}${rest}`;
}

/** What the checks said of pull requests together, in one line. */
export function prefixWords({ tasks, checks, flaky }: Omit<PrefixChecked, 'type'>): string {
  const red = checks.filter(({ state }) => state !== 'passed').map(({ name }) => name);
  const shaky =
    flaky.length === 0 ? '' : ` (flaky: ${flaky.join(', ')} failed once and then passed)`;
  const whose = tasksWords(tasks);
  const [passes, what] = tasks.length === 1 ? ['passes', 'with the base'] : ['pass', 'together'];
  return red.length === 0
    ? `✓ ${whose} ${passes} ${counted(checks.length, 'check')} ${what}${shaky}`
    : `✗ ${red.join(', ')} ${red.length === 1 ? 'fails' : 'fail'} with ${whose} ${what}${shaky}`;
}

function checkedWords({ checks, flaky = [] }: UpdateChecked): string {
  const red = checks.filter(({ state }) => state !== 'passed').map(({ name }) => name);
  const shaky =
    flaky.length === 0 ? '' : ` (flaky: ${flaky.join(', ')} failed once and then passed)`;
  if (checks.length === 0) return '✓ has no check to pass on that base';
  return red.length === 0
    ? `✓ passes its ${counted(checks.length, 'check')} on that base${shaky}`
    : `✗ ${red.join(', ')} ${red.length === 1 ? 'fails' : 'fail'} on that base${shaky}`;
}

/** ` in a.ts, b.ts, and 3 more`. */
function inFiles(paths: readonly string[]): string {
  if (paths.length === 0) return '';
  const more = paths.length - 3;
  return ` in ${paths.slice(0, 3).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const askedWords: Readonly<Record<ResolveReason, string>> = {
  conflict: 'resolve the conflict',
  checks: 'fix the checks',
  'forge-checks': 'fix what is red on the forge',
};

/** What a step of the train did for one task; null for one that is not worth reporting. */
export function mergeStepWords(event: MergeStepEvent): string | null {
  switch (event.type) {
    case 'update-intended':
    case 'merge-intended':
      return null;
    case 'head-seen':
      return `somebody pushed ${event.head.slice(0, 7)}: it is checked again`;
    case 'update-done':
      return event.byRule.length === 0
        ? `is up to date with the base at ${event.onto.slice(0, 7)}`
        : `is up to date with the base at ${event.onto.slice(0, 7)}; made again by rule: ${event.byRule.join(', ')}`;
    case 'update-conflicted':
      return `conflicts with ${event.with.length === 0 ? 'the base' : tasksWords(event.with)}${inFiles(event.files.map(({ path }) => path))}`;
    case 'update-checked':
      return checkedWords(event);
    case 'resolve-intended':
      return `its agent is asked to ${askedWords[event.why]} in its own workspace`;
    case 'forge-red':
      return `✗ ${event.remarks.flatMap((remark) => (remark.kind === 'check' ? [remark.name] : [])).join(', ')} red on the forge`;
    case 'resolve-done':
      return `✓ its agent ${event.why === 'forge-checks' ? 'fixed what was red' : 'brought both together'}${inFiles(event.files)}${event.notes.length === 0 ? '' : `, for reviewers: ${event.notes.join(' ')}`}; now it is checked`;
    case 'resolve-failed':
      return `✗ its agent's work is not accepted: ${event.message}`;
    case 'merge-done':
      return mergedWords(event);
    case 'merge-differed':
      return 'what the forge merged is not what was checked: other work came in between, and what follows is checked with it';
    case 'merge-left':
      return `✗ left: ${event.message}`;
    default:
      return unreachable(event);
  }
}

function mergedWords({ sha, by, who, method }: Omit<MergeDone, 'type' | 'task'>): string {
  const merger = by === 'us' ? '' : ` by ${who ?? 'somebody else'}`;
  const how =
    method === undefined ? '' : `, by ${method}, since the repository allows nothing else`;
  return `✓ merged as ${sha.slice(0, 7)}${merger}${how}`;
}

/** A pull request that takes merged work back, in one line. */
export function undoWords({ commits, number }: Omit<UndoPublished, 'type'>): string {
  const tasks = [...new Set(commits.map(({ task }) => task))].toSorted((one, two) => one - two);
  return `#${number} undoes ${tasksWords(tasks)} once it is merged: ${counted(commits.length, 'commit')} reverted`;
}

/** The pull requests that take merged work of a run back, a line for each. */
export function undoLines({ undos }: Pick<RunState, 'undos'>): readonly string[] {
  return undos.flatMap(({ tasks, published }) =>
    published === null
      ? []
      : [`#${published.pullRequest.number} undoes ${tasksWords(tasks)} once it is merged`],
  );
}
