import { groupsOf, layOut, longestWays, type Slot } from '../../model/state/timeline.ts';
import type { Overlap } from '../../model/plan/overlap.ts';
import type { FailureBudget, Forecast, Plan, PlannedTask } from '../../model/plan/plan.ts';
import type { PastRuns } from './past-runs.ts';

/** The user guide's figures for one orchestration. */
const overheadMinutes = 10;
const memoryOfAgentMb = 500;
const diskOfAgentMb = 100;
/** One sub-issue, one pull request, five updates of its status. */
const callsOfTask = 7;

/**
 * Fixing one conflict takes 20 minutes by the guide, and of pairs that share a file 38 in a hundred collide in its
 * lines (see docs/planning.md).
 */
const minutesOfOverlap = 0.38 * 20;

export type ForecastParams = Pick<Plan, 'phases' | 'tasks'> & {
  readonly workers: number;
  /** Pairs that will run side by side although they share files. */
  readonly sideBySide: readonly Overlap[];
  /** MB that one checkout takes; 0 when it was not measured. */
  readonly worktreeMb: number;
  readonly past: PastRuns | null;
};

/** What a run will take, side by side and one after another. */
export function makeForecast(params: ForecastParams): Forecast {
  const { tasks, workers, past } = params;
  const slots = layOut(params, workers);
  const parallelMinutes = Math.max(0, ...slots.map(({ end }) => end));
  const sequentialMinutes = totalMinutes(tasks);
  const atOnce = mostAtOnce(slots);
  const colliding = params.sideBySide.reduce((sum, { risk }) => sum + risk, 0) * minutesOfOverlap;
  return {
    workers,
    parallelMinutes,
    sequentialMinutes,
    speedup: parallelMinutes === 0 ? 1 : rounded(sequentialMinutes / parallelMinutes),
    overheadMinutes: Math.round(overheadMinutes + colliding),
    lowerBoundMinutes: lowerBound(params),
    failures: failureBudget(tasks, past),
    apiCalls: callsOfTask * tasks.length,
    memoryMb: memoryOfAgentMb * atOnce,
    diskMb: Math.ceil((diskOfAgentMb + params.worktreeMb) * atOnce),
    costUsd:
      past?.costPerMinuteUsd == null ? null : rounded(past.costPerMinuteUsd * sequentialMinutes),
    minutesFactor: rounded(past?.minutesFactor ?? 1),
  };
}

/** The guide's figures: 10 to 20 % fail on a first run, and each takes 10 minutes to look into and 20 to fix. */
const guideShare = [0.1, 0.2] as const;
const minutesOfFailure = 10 + 20;
/** So many tasks of past runs weigh as much as the guide's figures. */
const guideWeight = 10;

/** What failures will cost: each as the guide says, and the task's own time once more. */
function failureBudget(tasks: readonly PlannedTask[], past: PastRuns | null): FailureBudget {
  const { ended = 0, failed = 0 } = past?.outcomes ?? {};
  const learned = (guide: number): number =>
    rounded((guide * guideWeight + failed) / (guideWeight + ended));
  const [low, high] = guideShare.map(learned) as [number, number];
  const each = tasks.length * minutesOfFailure + totalMinutes(tasks);
  return {
    share: [low, high],
    minutes: [Math.round(low * each), Math.round(high * each)],
    basis: ended === 0 ? 'guide' : 'runs',
  };
}

/** No schedule is shorter than the work over the workers, or than the longest stack; phase by phase. */
function lowerBound({ phases, tasks, workers }: ForecastParams): number {
  const bounds = phases.map(({ number, mode }) => {
    const together = tasks.filter(({ phase }) => phase === number);
    const total = totalMinutes(together);
    if (mode === 'sequential') return total;
    const longest = Math.max(0, ...longestWays(together).values());
    return Math.max(total / Math.max(1, workers), longest);
  });
  return Math.ceil(bounds.reduce((sum, bound) => sum + bound, 0));
}

function totalMinutes(tasks: readonly PlannedTask[]): number {
  return tasks.reduce((sum, { estimateMinutes }) => sum + estimateMinutes, 0);
}

function mostAtOnce(slots: readonly Slot[]): number {
  const changes = slots
    .flatMap(({ start, end }) => [
      { at: start, by: 1 },
      { at: end, by: -1 },
    ])
    .toSorted((one, other) => one.at - other.at || one.by - other.by);
  let [now, most] = [0, 0];
  for (const { by } of changes) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/** The sets of tasks that may run at the same time, one set after the other, the longest way to go first in each. */
export function findWaves({ phases, tasks }: Pick<Plan, 'phases' | 'tasks'>): number[][] {
  return groupsOf(tasks).flatMap((group) => {
    const ways = longestWays(group);
    const sorted = group.toSorted(
      (one, other) =>
        (ways.get(other.ordinal) ?? 0) - (ways.get(one.ordinal) ?? 0) ||
        one.ordinal - other.ordinal,
    );
    const mode = phases.find(({ number }) => number === group[0]?.phase)?.mode;
    const depths = mode === 'sequential' ? oneByOne({ phases, tasks: group }) : depthsOf(sorted);
    const waves: number[][] = [];
    for (const { ordinal } of sorted) (waves[depths.get(ordinal) ?? 0] ??= []).push(ordinal);
    return waves.filter((wave) => wave.length > 0);
  });
}

function oneByOne(params: Pick<Plan, 'phases' | 'tasks'>): Map<number, number> {
  return new Map(layOut(params, 1).map(({ ordinal }, index) => [ordinal, index]));
}

/** How many tasks of the group lie below each in its stack. Those below come first, as they are sorted. */
function depthsOf(sorted: readonly PlannedTask[]): Map<number, number> {
  const depths = new Map<number, number>();
  for (const { ordinal, stackOn } of sorted)
    depths.set(ordinal, stackOn === null ? 0 : (depths.get(stackOn) ?? -1) + 1);
  return depths;
}
