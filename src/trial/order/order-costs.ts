/** A branch that waits for its place in the order of merging. */
export type OrderItem = {
  readonly task: number;
  /** Tasks that must be merged before it. */
  readonly after: readonly number[];
  /** Lines that it changes: the more, the dearer it is to reconcile. */
  readonly size: number;
  /** Tasks whose work mentions files that this one changes: better merged after it. */
  readonly foundationOf: readonly number[];
  readonly isInConflictWithBase: boolean;
};

export type OrderQuestion = {
  readonly items: readonly OrderItem[];
  /** Pairs of tasks that do not merge together. */
  readonly conflicts: readonly (readonly [number, number])[];
};

/** What it costs to put each of some items next, after a set of others. Items go by their place in the list. */
export type OrderCosts = {
  readonly count: number;
  /** Whether an item may come now: all that must be merged before it are. */
  readonly isReady: (item: number, placed: Placed) => boolean;
  /** What it costs now. It depends on the set that was placed, not on its order. */
  readonly of: (item: number, placed: Placed) => number;
  /** With which others each item conflicts. */
  readonly opponents: readonly (readonly number[])[];
  /** What it costs to reconcile each item. */
  readonly reconciling: readonly number[];
  /** Whether an item meets a conflict wherever it stands. */
  readonly isSpoilt: (item: number) => boolean;
};

/** A set of items: asked for members only. */
export type Placed = { readonly has: (item: number) => boolean };

/** One conflict more is worse than all that the rest can add up to; and so on downwards. */
const [aConflict, itsSize, aFoundation, aDelay, aDetour] = [1_000_000, 1_000, 10, 0.1, 0.0001];

/** Weighs the items of one group. */
export function weigh(
  group: readonly OrderItem[],
  conflicts: OrderQuestion['conflicts'],
): OrderCosts {
  const place = new Map(group.map(({ task }, index) => [task, index]));
  const placesOf = (tasks: readonly number[]): number[] =>
    tasks.flatMap((task) => place.get(task) ?? []);
  const opponents = group.map(({ task }) =>
    conflicts.flatMap(([one, other]) =>
      one === task ? placesOf([other]) : other === task ? placesOf([one]) : [],
    ),
  );
  const before = withoutCycles(group.map(({ after }) => placesOf(after)));
  const carriers = group.map(({ task }) =>
    group.flatMap(({ foundationOf }, index) => (foundationOf.includes(task) ? [index] : [])),
  );
  const largest = Math.max(1, ...group.map(({ size }) => size));
  const reconciling = group.map(
    ({ size }, item) => aConflict * (1 + dependents(item, before)) + itsSize * (size / largest),
  );
  const isSpoilt = (item: number): boolean => group[item]?.isInConflictWithBase ?? false;
  const isReady = (item: number, placed: Placed): boolean =>
    (before[item] ?? []).every((one) => placed.has(one));
  const of = (item: number, placed: Placed): number => {
    const isMet = isSpoilt(item) || opponents[item]?.some((one) => placed.has(one));
    const missed = carriers[item]?.filter((one) => !placed.has(one)).length ?? 0;
    let [detours, waiting] = [0, 0];
    for (let other = 0; other < group.length; other += 1) {
      if (placed.has(other) || other === item) continue;
      waiting += 1;
      if (other < item) detours += 1;
    }
    // A branch that needs no reconciling goes first.
    const reconciled = isMet ? (reconciling[item] ?? 0) + aDelay * waiting : 0;
    return reconciled + aFoundation * missed + aDetour * detours;
  };
  return { count: group.length, isReady, of, opponents, reconciling, isSpoilt };
}

/** How many cannot be merged while an item is not. */
function dependents(item: number, before: readonly (readonly number[])[]): number {
  const found = new Set([item]);
  for (const known of found)
    before.forEach((needed, other) => {
      if (needed.includes(known)) found.add(other);
    });
  return found.size - 1;
}

/** Circular needs cannot be met: the first of the issue goes first there. */
function withoutCycles(before: readonly (readonly number[])[]): (readonly number[])[] {
  const done = new Set<number>();
  const kept: (readonly number[])[] = [...before];
  while (done.size < before.length) {
    const open = before.flatMap((_, item) => (done.has(item) ? [] : [item]));
    const ready = open.filter((item) => before[item]?.every((one) => done.has(one)));
    const [first] = open;
    if (ready.length === 0 && first !== undefined) {
      kept[first] = (before[first] ?? []).filter((one) => done.has(one));
      done.add(first);
    }
    ready.forEach((item) => done.add(item));
  }
  return kept;
}
