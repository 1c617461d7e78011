import type { PlaceReason } from '../../model/merge/train-car.ts';
import { arrangeExactly, mostExact } from './arrange-exactly.ts';
import { arrangeGreedily } from './arrange-greedily.ts';
import { weigh, type OrderQuestion, type OrderItem } from './order-costs.ts';

/** A task in its place, with the reasons for it. */
export type PlacedTask = { readonly task: number; readonly reasons: readonly PlaceReason[] };

/**
 * Chooses the order of merging in which the fewest branches meet a conflict; among those, the one that makes the cheapest
 * branches reconcile, with foundations first, nearest to the order of the issue. Branches that have nothing to do with
 * each other are arranged apart: each such group exactly when it is small, otherwise by greed and improvement.
 */
export function chooseOrder(question: OrderQuestion): PlacedTask[] {
  const items = question.items.toSorted((one, other) => one.task - other.task);
  const sequences = groupsOf(items, question.conflicts).map((group) => {
    const costs = weigh(group, question.conflicts);
    const places = group.length <= mostExact ? arrangeExactly(costs) : arrangeGreedily(costs);
    return places.map((place) => group[place] as OrderItem);
  });
  const order = interleave(sequences, question.conflicts);
  return order.map((item, place) => ({
    task: item.task,
    reasons: reasonsFor(item, { before: order.slice(0, place), question }),
  }));
}

/** Items that conflict, depend or build on each other belong together. */
function groupsOf(
  items: readonly OrderItem[],
  conflicts: OrderQuestion['conflicts'],
): (readonly OrderItem[])[] {
  const leader = new Map(items.map(({ task }) => [task, task]));
  const lead = (task: number): number => {
    const next = leader.get(task) ?? task;
    return next === task ? task : lead(next);
  };
  const join = (one: number, other: number): void => {
    if (leader.has(one) && leader.has(other)) leader.set(lead(one), lead(other));
  };
  conflicts.forEach(([one, other]) => join(one, other));
  for (const { task, after, foundationOf } of items)
    [...after, ...foundationOf].forEach((other) => join(task, other));
  return [...Map.groupBy(items, ({ task }) => lead(task)).values()];
}

/**
 * Weaves the groups' sequences into one, each kept in its own order: what merges cleanly goes before what must be
 * reconciled, and otherwise as in the issue.
 */
function interleave(
  sequences: readonly (readonly OrderItem[])[],
  conflicts: OrderQuestion['conflicts'],
): OrderItem[] {
  const order: OrderItem[] = [];
  const rests = sequences.map((sequence) => [...sequence]);
  for (;;) {
    const heads = rests.filter((rest) => rest.length > 0);
    if (heads.length === 0) return order;
    const placed = new Set(order.map(({ task }) => task));
    const rank = ([item]: OrderItem[]): number => {
      const { task, isInConflictWithBase } = item as OrderItem;
      const meets =
        isInConflictWithBase || opponents(task, conflicts).some((one) => placed.has(one));
      return (meets ? 1e9 : 0) + task;
    };
    const next = heads.reduce((best, rest) => (rank(rest) < rank(best) ? rest : best));
    order.push(next.shift() as OrderItem);
  }
}

function opponents(task: number, conflicts: OrderQuestion['conflicts']): number[] {
  return conflicts.flatMap(([one, other]) =>
    one === task ? [other] : other === task ? [one] : [],
  );
}

function reasonsFor(
  item: OrderItem,
  around: { readonly before: readonly OrderItem[]; readonly question: OrderQuestion },
): PlaceReason[] {
  const { task, after, foundationOf, isInConflictWithBase } = item;
  const isBefore = new Set(around.before.map((one) => one.task));
  const isKnown = new Set(around.question.items.map((one) => one.task));
  const against = opponents(task, around.question.conflicts).toSorted((one, other) => one - other);
  const [met, spared] = [
    against.filter((one) => isBefore.has(one)),
    against.filter((one) => !isBefore.has(one)),
  ];
  const needed = after.filter((one) => isKnown.has(one));
  const carried = foundationOf.filter((one) => isKnown.has(one) && !isBefore.has(one));
  const reasons: PlaceReason[] = [];
  if (needed.length > 0) reasons.push({ kind: 'after', tasks: needed });
  if (carried.length > 0) reasons.push({ kind: 'foundation', tasks: carried });
  if (met.length > 0 || isInConflictWithBase)
    reasons.push({ kind: 'reconcile', tasks: met, isWithBase: isInConflictWithBase });
  else if (spared.length > 0) reasons.push({ kind: 'before-conflicts', tasks: spared });
  return reasons.length === 0 ? [{ kind: 'free' }] : reasons;
}
