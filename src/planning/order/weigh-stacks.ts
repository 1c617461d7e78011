import { isConflict, type Overlap } from '../../model/plan/overlap.ts';
import type { Phase } from '../../model/issue/issue.ts';
import { areStacked, type PlannedTask, type StackOn } from '../../model/plan/plan.ts';
import { layOut } from '../../model/state/timeline.ts';
import { buildStacks } from './stacks.ts';

/** What two tasks cost that may change the same lines: in minutes until all of their phase is merged. */
export type StackChoice = {
  readonly tasks: readonly [number, number];
  /** What it takes longer when the later one waits for the first, and starts from its branch. */
  readonly waitingMinutes: number;
  /** What is expected to be lost when they run side by side. */
  readonly togetherMinutes: number;
  /** The probability that git cannot merge what both do. */
  readonly conflict: number;
  /** Whether the texts of both say that they change the same file. That decides: their authors knew. */
  readonly isSaidOfBoth: boolean;
  readonly choice: 'stack' | 'together';
};

/** Of pairs that share a file and merge, so many are red together. */
const redShare = 0.07;

/** What bringing two branches together takes, by the user guide; as much is taken for what is red together. */
export const minutesOfConflict = 20;

/** A conflict less likely than this is no reason to wait, though waiting may cost nothing: estimates are rough. */
const leastConflict = 0.1;

/**
 * So many pairs are tried on the timeline, the likeliest first, and fewer of many tasks, as each trial lays all of them
 * out; all others are judged by their own minutes.
 */
function mostTried(tasks: number): number {
  return Math.min(100, Math.floor(100_000 / (tasks * tasks)));
}

export type WeighParams = {
  readonly phases: readonly Phase[];
  /** With their phase and batch, in their order. */
  readonly tasks: readonly PlannedTask[];
  readonly dependsOn: ReadonlyMap<number, readonly number[]>;
  readonly overlaps: readonly Overlap[];
  readonly workers: number;
};

/**
 * Decides for each pair that may collide whether one waits for the other: where both are said to change the same file it
 * does, and where that is only foreseen, what either is expected to cost decides. Pairs are taken the likeliest first,
 * each on top of what was decided before; what depends on each other is in a stack anyway.
 */
export function weighStacks(params: WeighParams): StackChoice[] {
  const { phases } = params;
  return phases
    .filter(({ mode }) => mode === 'parallel')
    .flatMap((phase) => weighPhase(params, phase));
}

function weighPhase(params: WeighParams, phase: Phase): StackChoice[] {
  const { dependsOn, workers } = params;
  const tasks = params.tasks.filter((task) => task.phase === phase.number);
  const known = new Map(tasks.map((task) => [task.ordinal, task]));
  const minutesOf = (conflicts: readonly (readonly [number, number])[]): Stacked => {
    const stackOn = buildStacks({ tasks, dependsOn, conflicts });
    const stacked = tasks.map((task) => ({ ...task, stackOn: stackOn.get(task.ordinal) ?? null }));
    const slots = layOut({ phases: [phase], tasks: stacked }, workers);
    return { stackOn, minutes: Math.max(0, ...slots.map(({ end }) => end)) };
  };
  const pairs = params.overlaps
    .filter((pair) => isConflict(pair) || pair.conflict >= leastConflict)
    .filter(({ tasks: [one, other] }) => known.has(one) && known.has(other))
    .toSorted((one, other) => other.conflict - one.conflict);
  const chosen: (readonly [number, number])[] = [];
  const most = mostTried(tasks.length);
  let now = minutesOf(chosen);
  return pairs.map((pair, index): StackChoice => {
    const { conflict, risk } = pair;
    const red = Math.max(0, risk - conflict) * redShare;
    const togetherMinutes = (conflict + red) * minutesOfConflict;
    const { tasks: both } = pair;
    const isTried = index < most;
    const next = isTried ? minutesOf([...chosen, both]) : now;
    const shorter = Math.min(...both.map((ordinal) => known.get(ordinal)?.estimateMinutes ?? 0));
    const waitingMinutes = areStacked(now.stackOn, both)
      ? 0
      : isTried
        ? next.minutes - now.minutes
        : shorter;
    const isApart = pair.isSaidOfBoth || waitingMinutes <= togetherMinutes;
    if (isApart) {
      chosen.push(both);
      if (isTried) now = next;
    }
    const choice = isApart ? 'stack' : 'together';
    const { isSaidOfBoth } = pair;
    return { tasks: both, waitingMinutes, togetherMinutes, conflict, isSaidOfBoth, choice };
  });
}

type Stacked = { readonly stackOn: StackOn; readonly minutes: number };
