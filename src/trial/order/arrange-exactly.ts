import type { OrderCosts } from './order-costs.ts';

/** Up to this many items, every set of them is tried: 2^14 of them. */
export const mostExact = 14;

/**
 * The cheapest order of all, by dynamic programming over sets: what an item costs depends on the set before it, not on
 * that set's order, so the cheapest way to each set is enough to know.
 */
export function arrangeExactly(costs: OrderCosts): number[] {
  const { count } = costs;
  const sets = 2 ** count;
  const cheapest = new Float64Array(sets).fill(Number.POSITIVE_INFINITY);
  const last = new Int8Array(sets).fill(-1);
  cheapest[0] = 0;
  for (let set = 0; set < sets; set += 1) {
    const cost = cheapest[set] ?? Number.POSITIVE_INFINITY;
    if (cost === Number.POSITIVE_INFINITY) continue;
    const placed = { has: (item: number) => (set & (1 << item)) !== 0 };
    for (let item = 0; item < count; item += 1) {
      if (placed.has(item) || !costs.isReady(item, placed)) continue;
      const next = set | (1 << item);
      const total = cost + costs.of(item, placed);
      if (total >= (cheapest[next] ?? 0)) continue;
      cheapest[next] = total;
      last[next] = item;
    }
  }
  return walkBack(last, sets - 1);
}

function walkBack(last: Int8Array, all: number): number[] {
  const order: number[] = [];
  for (let set = all; set !== 0;) {
    const item = last[set] ?? -1;
    if (item < 0) throw new Error('No order meets all needs');
    order.push(item);
    set &= ~(1 << item);
  }
  return order.toReversed();
}
