import type { OrderCosts } from './order-costs.ts';

/**
 * A good order of many items. First it chooses the items that must meet no conflict, as many and as costly as possible:
 * greedily, then by exchanging some for others as long as that helps. They go first, the others are reconciled after
 * them; within each part needs, foundations and the order of the issue decide.
 */
export function arrangeGreedily(costs: OrderCosts): number[] {
  const items = Array.from({ length: costs.count }, (_, item) => item);
  const spared = improve(fill(new Set(), items, costs), items, costs);
  const placed = new Set<number>();
  while (placed.size < costs.count) {
    const ready = items.filter((item) => !placed.has(item) && costs.isReady(item, placed));
    const price = (item: number): number =>
      costs.of(item, placed) + (spared.has(item) ? 0 : (costs.reconciling[item] ?? 0));
    placed.add(ready.reduce((one, other) => (price(other) < price(one) ? other : one)));
  }
  return [...placed];
}

/** Adds what conflicts with nothing that is in the set: in the order of cost per conflict that it would exclude. */
function fill(
  set: ReadonlySet<number>,
  items: readonly number[],
  { opponents, reconciling, isSpoilt }: OrderCosts,
): Set<number> {
  const filled = new Set(set);
  const isFree = (item: number): boolean =>
    !filled.has(item) && !isSpoilt(item) && !(opponents[item] ?? []).some((one) => filled.has(one));
  for (let free = items.filter(isFree); free.length > 0; free = free.filter(isFree)) {
    const open = new Set(free);
    const worth = (item: number): number => {
      const lost = (opponents[item] ?? []).filter((one) => open.has(one)).length;
      return (reconciling[item] ?? 0) / (lost + 1);
    };
    filled.add(free.reduce((one, other) => (worth(other) > worth(one) ? other : one)));
  }
  return filled;
}

/** How often all items are gone through: bounds the time, and is the same on every machine. */
const mostRounds = 10;

/** Forces each item in, in turn, and fills up what its opponents leave free: kept when it is worth more. */
function improve(
  first: ReadonlySet<number>,
  items: readonly number[],
  costs: OrderCosts,
): ReadonlySet<number> {
  const { opponents, reconciling, isSpoilt } = costs;
  const worth = (set: ReadonlySet<number>): number =>
    [...set].reduce((sum, item) => sum + (reconciling[item] ?? 0), 0);
  let best = first;
  for (let [round, hasImproved] = [0, true]; hasImproved && round < mostRounds; round += 1) {
    hasImproved = false;
    for (const item of items) {
      if (best.has(item) || isSpoilt(item)) continue;
      const out = new Set(opponents[item]);
      const kept = [...best].filter((one) => !out.has(one));
      const forced = fill(new Set([...kept, item]), items, costs);
      // Filled up once more without the item's neighbourhood of second degree, which may hold better ones.
      const loosened = fill(
        new Set([item, ...kept.filter((one) => !isNear(one, out, costs))]),
        items,
        costs,
      );
      const next = worth(loosened) > worth(forced) ? loosened : forced;
      if (worth(next) <= worth(best)) continue;
      best = next;
      hasImproved = true;
    }
  }
  return best;
}

function isNear(item: number, out: ReadonlySet<number>, { opponents }: OrderCosts): boolean {
  return (opponents[item] ?? []).some((one) => out.has(one));
}
