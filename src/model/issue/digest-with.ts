import type { IssueDigest } from './issue-digest.ts';

type Item = IssueDigest['items'][number];

/**
 * What a run carries out, with the items that an issue has besides, in the order of the issue of today. Both number items as
 * the run does. Items that read otherwise keep the words that the run has, and those that are gone stay where they were.
 */
export function digestWith(known: IssueDigest, today: IssueDigest): IssueDigest {
  const before = new Map(known.items.map((item) => [item.ordinal, item]));
  const items: Item[] = today.items.map((item) => before.get(item.ordinal) ?? item);
  const here = new Set(items.map(({ ordinal }) => ordinal));
  for (const [index, item] of known.items.entries()) {
    if (here.has(item.ordinal)) continue;
    const previous = known.items[index - 1]?.ordinal;
    items.splice(items.findIndex(({ ordinal }) => ordinal === previous) + 1, 0, item);
    here.add(item.ordinal);
  }
  return { ...known, items };
}
