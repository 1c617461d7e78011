import { fixesOf } from '../../model/state/fixes.ts';
import { coverOf } from '../../model/plan/named-files.ts';
import type { PlannedTask } from '../../model/plan/plan.ts';
import type { TaskState } from '../../model/state/task-state.ts';
import { isTestPath } from '../../model/plan/test-path.ts';
import type { TrainCar } from '../../model/merge/train-car.ts';
import type { UnionVerdict } from '../../model/merge/union.ts';
import { counted } from '../figures.ts';

/** How carefully a pull request should be read, and why. */
export type ReviewRisk = {
  /** From 0; only meaningful in comparisons. */
  readonly score: number;
  readonly reasons: readonly string[];
};

export type RiskParams = {
  readonly task: TaskState;
  readonly planned: PlannedTask | null;
  readonly car: TrainCar;
  /** Null: nobody has judged the branches together. */
  readonly verdict: UnionVerdict | null;
  /** Other tasks that touch the same files. */
  readonly overlaps: readonly Overlap[];
};

export type Overlap = { readonly task: number; readonly paths: readonly string[] };

/** Lines that one reads through without a break. */
const aLot = 400;

/** Weighs what was seen: what fails together first, then what nobody expected, then size. */
export function reviewRisk(params: RiskParams): ReviewRisk {
  const { task, car, verdict } = params;
  const unnamed = undeclaredPaths(params).length;
  const parts: readonly (readonly [score: number, reason: string])[] = [
    ...(verdict?.culprits ?? [])
      .filter((set) => set.includes(task.ordinal))
      .map((set) => [100, `fails together with task ${others(set, task.ordinal)}`] as const),
    ...car.reasons.flatMap((reason) =>
      reason.kind === 'reconcile' ? [[50, 'collides with what is merged before it'] as const] : [],
    ),
    ...weighed(unnamed, 10, (count) => `${counted(count, 'file')} that the task does not name`),
    // One of the notes is about the files that are reported already.
    ...weighed(
      task.notes.length - Math.min(unnamed, 1),
      10,
      (count) => `${counted(count, 'note')} for the reviewer`,
    ),
    ...weighed(
      params.overlaps.length,
      5,
      (count) => `shares files with ${counted(count, 'other task')}`,
    ),
    ...(changedLines(task) > aLot ? [[20, `${changedLines(task)} lines`] as const] : []),
    ...(task.checks.length === 0 ? [[40, 'no check ran on it'] as const] : []),
    ...(task.left === null ? [] : [[60, `was not merged: ${task.left.message}`] as const]),
    ...(changesNoTest(task) ? [[15, 'changes code and no test'] as const] : []),
    ...weighed(
      fixesOf(task),
      5,
      (count) => `a check failed first, and took ${counted(count, 'fix')}`,
    ),
  ];
  const score = parts.reduce((sum, [one]) => sum + one, 0) + changedLines(task) / aLot;
  return { score, reasons: parts.map(([, reason]) => reason) };
}

/** How often its agent was sent back to fix a check. */
/** Documents need no test. */
function changesNoTest({ files }: TaskState): boolean {
  const isCode = ({ path }: TaskState['files'][number]): boolean =>
    !/\.(?:md|txt|rst)$/iu.test(path);
  return files.some(isCode) && !files.some(({ path }) => isTestPath(path));
}

function others(set: readonly number[], own: number): string {
  return set.filter((task) => task !== own).join(', ');
}

function weighed(
  count: number,
  weight: number,
  words: (count: number) => string,
): (readonly [number, string])[] {
  return count <= 0 ? [] : [[weight * Math.min(count, 5), words(count)]];
}

/** Added and removed, of text files. */
export function changedLines({ files }: TaskState): number {
  return files.reduce((sum, { added, removed }) => sum + (added ?? 0) + (removed ?? 0), 0);
}

/** Files outside of what the author named; none when the author named no files. */
function undeclaredPaths({ task, planned }: RiskParams): string[] {
  if (planned?.footprint.some(({ isDeclared }) => isDeclared) !== true) return [];
  return task.files
    .flatMap(({ path, from }) => (from === undefined ? [path] : [from, path]))
    .filter((path) => coverOf(planned, path) === 'unnamed');
}
