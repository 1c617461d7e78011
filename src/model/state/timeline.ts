import type { Plan, PlannedTask } from '../plan/plan.ts';

/** When a task runs, in minutes from the start, if every estimate holds. */
export type Slot = { readonly ordinal: number; readonly start: number; readonly end: number };

/** What a timeline is drawn from. */
export type Arranged = Pick<Plan, 'phases' | 'tasks'>;

/**
 * Distributes tasks over some workers: phase after phase, in a phase batch after batch, in a batch the task with the
 * longest way to go first; a stacked task after the one below it, and the tasks of a sequential phase one by one. In
 * the order in which they start. Those that have begun are at work from the start, as many as they are.
 */
export function layOut(
  { phases, tasks }: Arranged,
  workers: number,
  begun: ReadonlySet<number> = new Set(),
): Slot[] {
  const slots: Slot[] = [];
  let now = 0;
  for (const group of groupsOf(tasks)) {
    const phase = phases.find(({ number }) => number === group[0]?.phase);
    const width = phase?.mode === 'sequential' ? 1 : Math.max(1, workers);
    const placed = layOutGroup(group, { width, begin: now, begun });
    slots.push(...placed);
    now = Math.max(now, ...placed.map(({ end }) => end));
  }
  return slots;
}

/** The tasks of one phase and batch together, in the order of phases and batches. */
export function groupsOf(tasks: readonly PlannedTask[]): PlannedTask[][] {
  const sorted = tasks.toSorted((one, other) => one.phase - other.phase || one.batch - other.batch);
  const groups: PlannedTask[][] = [];
  for (const task of sorted) {
    const last = groups.at(-1);
    const [head] = last ?? [];
    if (head?.phase === task.phase && head.batch === task.batch) last?.push(task);
    else groups.push([task]);
  }
  return groups;
}

type GroupParams = {
  readonly width: number;
  readonly begin: number;
  readonly begun: ReadonlySet<number>;
};

function layOutGroup(group: readonly PlannedTask[], { width, begin, begun }: GroupParams): Slot[] {
  const ways = longestWays(group);
  const here = new Set(group.map(({ ordinal }) => ordinal));
  const slots = group
    .filter(({ ordinal }) => begun.has(ordinal))
    .map(({ ordinal, estimateMinutes }) => ({
      ordinal,
      start: begin,
      end: begin + estimateMinutes,
    }));
  const ends = new Map(slots.map(({ ordinal, end }) => [ordinal, end]));
  // Where more have begun than there are places, the first of them to end free none.
  const taken = [...ends.values()].toSorted((one, other) => other - one).slice(0, width);
  const places = Math.max(1, Math.min(width, group.length));
  const free = [...taken, ...Array.from({ length: places - taken.length }, () => begin)];
  const readyAt = ({ stackOn }: PlannedTask): number =>
    stackOn === null || !here.has(stackOn) ? begin : (ends.get(stackOn) ?? Infinity);
  let waiting = group
    .filter(({ ordinal }) => !begun.has(ordinal))
    .toSorted(
      (one, other) =>
        (ways.get(other.ordinal) ?? 0) - (ways.get(one.ordinal) ?? 0) ||
        one.ordinal - other.ordinal,
    );
  while (waiting.length > 0) {
    const worker = free.indexOf(Math.min(...free));
    const now = Math.max(free[worker] ?? begin, Math.min(...waiting.map(readyAt)));
    // Were a stack to bite its own tail, nothing would be ready; any first one will do for an estimate.
    const next = waiting.find((task) => readyAt(task) <= now) ?? waiting[0]!;
    const start = Number.isFinite(now) ? now : (free[worker] ?? begin);
    const end = start + next.estimateMinutes;
    free[worker] = end;
    ends.set(next.ordinal, end);
    slots.push({ ordinal: next.ordinal, start, end });
    waiting = waiting.filter((task) => task !== next);
  }
  return slots.toSorted((one, other) => one.start - other.start);
}

/** By ordinal, the minutes from a task's start to the end of the longest stack above it, itself included. */
export function longestWays(tasks: readonly PlannedTask[]): ReadonlyMap<number, number> {
  const known = new Map(tasks.map((task) => [task.ordinal, task]));
  const ways = new Map<number, number>();
  for (const task of tasks) {
    let way = 0;
    const seen = new Set<number>();
    for (let at: PlannedTask | undefined = task; at !== undefined && !seen.has(at.ordinal);) {
      seen.add(at.ordinal);
      way += at.estimateMinutes;
      if ((ways.get(at.ordinal) ?? 0) >= way) break;
      ways.set(at.ordinal, way);
      at = at.stackOn === null ? undefined : known.get(at.stackOn);
    }
  }
  return ways;
}
