import type { IssueDigest, IssueWords } from './issue-digest.ts';

/** By an item's place in the text, the ordinal that its run knows it by. */
export type ItemNumbers = ReadonlyMap<number, number>;

/** The items that a run knows, in the order in which they stood in the text, with their titles. */
export type KnownItems = {
  readonly items: IssueDigest['items'];
  readonly titles: ReadonlyMap<number, string>;
};

type Item = { readonly ordinal: number; readonly digest: string };

/**
 * Finds the items of a run again in a text of today, whose items are numbered by their places: an item keeps the ordinal
 * that the run knows it by, wherever it stands now, and those that are new get the ordinals that follow. An item is known by
 * its words, or else by its title; one that was reworded, by standing alone between the same neighbours. Null when that
 * is not clear: next to an item that was reworded, another one is new or gone.
 */
export function numberItems(known: KnownItems, today: IssueWords): ItemNumbers | null {
  const found = new Map<number, number>();
  const isTaken = new Set<number>();
  const take = (place: number, ordinal: number): void => {
    found.set(place, ordinal);
    isTaken.add(ordinal);
  };
  const pairUp = (wordsOfKnown: (item: Item) => string, wordsOfNow: (item: Item) => string) => {
    const left = Map.groupBy(
      known.items.filter(({ ordinal }) => !isTaken.has(ordinal)),
      wordsOfKnown,
    );
    for (const item of today.items.filter(({ ordinal }) => !found.has(ordinal))) {
      const words = wordsOfNow(item);
      const next = words === '' ? undefined : left.get(words)?.shift();
      if (next !== undefined) take(item.ordinal, next.ordinal);
    }
  };
  pairUp(
    ({ digest }) => digest,
    ({ digest }) => digest,
  );
  pairUp(
    ({ ordinal }) => known.titles.get(ordinal) ?? '',
    ({ ordinal }) => today.titles?.get(ordinal) ?? '',
  );
  const before = byGap(known.items, ({ ordinal }) => (isTaken.has(ordinal) ? ordinal : null));
  const now = byGap(today.items, ({ ordinal }) => found.get(ordinal) ?? null);
  for (const [gap, items] of now) {
    const others = before.get(gap) ?? [];
    if (others.length > 0 && others.length !== items.length) return null;
    items.forEach((item, index) => {
      const other = others[index];
      if (other !== undefined) take(item.ordinal, other.ordinal);
    });
  }
  let next = Math.max(0, ...known.items.map(({ ordinal }) => ordinal));
  for (const { ordinal } of today.items) if (!found.has(ordinal)) take(ordinal, (next += 1));
  return found;
}

/** The items that nobody found again, by the found one that they stand behind; 0: they stand before all. */
function byGap(
  items: readonly Item[],
  foundAs: (item: Item) => number | null,
): Map<number, Item[]> {
  const gaps = new Map<number, Item[]>();
  let gap = 0;
  for (const item of items) {
    const as = foundAs(item);
    if (as === null) gaps.set(gap, [...(gaps.get(gap) ?? []), item]);
    else gap = as;
  }
  return gaps;
}

/** Whether each item has its place for its number. */
export function areNumberedByPlace(numbers: ItemNumbers): boolean {
  return numbers.entries().every(([place, ordinal]) => place === ordinal);
}

/** The words of an issue with a run's numbers for its items. */
export function withItemNumbers<Words extends IssueDigest | IssueWords>(
  words: Words,
  numbers: ItemNumbers,
): Words {
  const numberOf = (place: number): number => numbers.get(place) ?? place;
  const items = words.items.map((item) => ({ ...item, ordinal: numberOf(item.ordinal) }));
  const { titles } = words as IssueWords;
  if (titles === undefined) return { ...words, items };
  const named = [...titles].map(([place, title]) => [numberOf(place), title] as const);
  return { ...words, items, titles: new Map(named) };
}
