import { isConflict, type Overlap } from '../../model/plan/overlap.ts';
import type { Phase } from '../../model/issue/issue.ts';
import { areStacked, type PlannedTask, type StackOn } from '../../model/plan/plan.ts';
import { layOut } from '../../model/state/timeline.ts';
import { drawCount, drawDurations } from './draw-durations.ts';
import { joinStacks, standingStacks, type Standing } from './standing.ts';
import { buildStacks } from './stacks.ts';

/** What two tasks cost that may change the same lines: in minutes until all of their phase is merged. */
export type StackChoice = {
  readonly tasks: readonly [number, number];
  /** What it takes longer when the later one waits for the first, and starts from its branch. */
  readonly waitingMinutes: number;
  /** What is expected to be lost when they run side by side. */
  readonly togetherMinutes: number;
  /** What a conflict between them would take. */
  readonly conflictMinutes: number;
  /** The probability that git cannot merge what both do. */
  readonly conflict: number;
  /** Whether the texts of both say that they change the same file. Where people merge, that decides: their authors knew. */
  readonly isSaidOfBoth: boolean;
  readonly choice: 'stack' | 'together';
};

/** Of pairs that share a file and merge, so many are red together. */
const redShare = 0.07;

/**
 * What bringing two branches together takes a person, by the user guide; as much is taken for what is red together.
 */
const minutesOfPerson = 20;

/**
 * What it takes a run that merges by itself, as a share of the longer task: its agent is asked first, for half of the
 * task's time, and succeeds six times in ten, as is published; otherwise the task begins again.
 */
const shareOfTask = 0.5 + (1 - 0.6);

/** Agents settle conflicts next to each other, and nobody waits for most of them: so much a minute of theirs counts. */
const weightOfAgent = 0.25;

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
  /** Whether the run merges by itself, with agents that resolve conflicts. */
  readonly isMergedByRun: boolean;
  /** What a run has already: it stays as it is. */
  readonly standing?: Standing | null;
};

/**
 * Decides for each pair that may collide whether one waits for the other, by what either is expected to cost; where people
 * merge, and both are said to change the same file, one waits. Pairs are taken the likeliest first, each on top of what
 * was decided before; what depends on each other is in a stack anyway. Estimates are rough, so that waiting for a task that
 * should end in time costs something, too: the end is the mean of several imagined runs.
 */
export function weighStacks(params: WeighParams): StackChoice[] {
  const { phases } = params;
  return phases
    .filter(({ mode }) => mode === 'parallel')
    .flatMap((phase) => weighPhase(params, phase));
}

function weighPhase(params: WeighParams, phase: Phase): StackChoice[] {
  const { isMergedByRun } = params;
  const tasks = params.tasks.filter((task) => task.phase === phase.number);
  const known = new Map(tasks.map((task) => [task.ordinal, task]));
  const arrange = arranger(params, phase, tasks);
  const pairs = params.overlaps
    .filter((pair) => isConflict(pair) || pair.conflict >= leastConflict)
    .filter(({ tasks: [one, other] }) => known.has(one) && known.has(other))
    .toSorted((one, other) => other.conflict - one.conflict)
    .map((pair) => withCosts(pair, known, isMergedByRun));
  // What people bring together is no part of the run's time.
  const together = new Set(isMergedByRun ? pairs : []);
  const chosen: TaskPair[] = [];
  const most = mostTried(tasks.length);
  let now = arrange(chosen);
  return pairs.map((pair, index): StackChoice => {
    const { tasks: both, conflict, conflictMinutes, expected, isSaidOfBoth } = pair;
    const isTried = index < most;
    const next = isTried ? arrange([...chosen, both]) : now;
    const others = isTried ? [...together].filter((other) => other !== pair) : [];
    const without = isTried ? endOf(now, others) : 0;
    const waitingMinutes = areStacked(now.stackOn, both)
      ? 0
      : isTried
        ? endOf(next, others) - without
        : pair.shorter;
    const togetherMinutes =
      isMergedByRun && isTried
        ? endOf(now, [...together]) - without + weightOfAgent * expected
        : expected;
    const isDecided = isSaidOfBoth && !isMergedByRun;
    // A task that joins others can stand on one of two branches that stand side by side.
    const canBeApart = !isTried || areStacked(next.stackOn, both);
    const isApart = canBeApart && (isDecided || waitingMinutes <= togetherMinutes);
    if (isApart) {
      chosen.push(both);
      together.delete(pair);
      if (isTried) now = next;
    }
    const choice = isApart ? 'stack' : 'together';
    const minutes = { waitingMinutes, togetherMinutes, conflictMinutes };
    return { tasks: both, ...minutes, conflict, isSaidOfBoth, choice };
  });
}

type TaskPair = readonly [number, number];

type CostlyPair = Pick<StackChoice, 'tasks' | 'conflict' | 'isSaidOfBoth' | 'conflictMinutes'> & {
  /** Minutes of work that are expected to be lost when they run side by side. */
  readonly expected: number;
  /** Minutes of the shorter one. */
  readonly shorter: number;
};

function withCosts(
  { tasks, conflict, risk, isSaidOfBoth }: Overlap,
  known: ReadonlyMap<number, PlannedTask>,
  isMergedByRun: boolean,
): CostlyPair {
  const own = tasks.map((ordinal) => known.get(ordinal)?.estimateMinutes ?? 0);
  const conflictMinutes = isMergedByRun ? shareOfTask * Math.max(...own) : minutesOfPerson;
  const red = Math.max(0, risk - conflict) * redShare;
  const expected = (conflict + red) * conflictMinutes;
  return { tasks, conflict, isSaidOfBoth, conflictMinutes, expected, shorter: Math.min(...own) };
}

/** How the tasks of a phase go when some pairs are kept apart: by imagined run, when each ends. */
type Arrangement = {
  readonly stackOn: StackOn;
  readonly runs: readonly ReadonlyMap<number, number>[];
};

function arranger(
  { dependsOn, workers, standing = null }: WeighParams,
  phase: Phase,
  tasks: readonly PlannedTask[],
): (conflicts: readonly TaskPair[]) => Arrangement {
  const stands = standing === null ? null : standingStacks(standing);
  const open = tasks.map((task) =>
    standing?.ended.has(task.ordinal) ? { ...task, estimateMinutes: 0 } : task,
  );
  const drawn = Array.from({ length: drawCount }, (_, draw) => drawDurations(open, draw));
  return (conflicts) => {
    const params = { tasks, dependsOn, conflicts };
    const stackOn = stands === null ? buildStacks(params) : joinStacks(stands, params);
    const runs = drawn.map((run) => {
      const stacked = run.map((task) => ({ ...task, stackOn: stackOn.get(task.ordinal) ?? null }));
      const slots = layOut({ phases: [phase], tasks: stacked }, workers);
      return new Map(slots.map(({ ordinal, end }) => [ordinal, end]));
    });
    return { stackOn, runs };
  };
}

/** When all is merged, on average: what is expected of a conflict comes after the end of both. */
function endOf({ stackOn, runs }: Arrangement, together: readonly CostlyPair[]): number {
  const open = together.filter(({ tasks }) => !areStacked(stackOn, tasks));
  const sum = runs.reduce((total, ends) => {
    const late = open.map(
      ({ tasks: [one, other], expected }) =>
        Math.max(ends.get(one) ?? 0, ends.get(other) ?? 0) + expected,
    );
    return total + Math.max(0, ...ends.values(), ...late);
  }, 0);
  return sum / runs.length;
}
