import type { Corpus } from './predict-corpus.ts';
import type { Mention } from './predict-mentions.ts';

const mostChanges = 100;
const fewestChanges = 20;
const fewestFiles = 2;
/** A change of more files is a sweep. */
const mostFiles = 20;
/** Below this, a file is in some changes, and in no others. */
const leastShare = 0.2;
/** The most cautious of what seven samples of real issues gave, .05 to .15: a fifth of past changes becomes .79. */
const power = 0.15;

/**
 * The tests and documents that change with most work on a repository's sources: its changelog, the one large test. Past
 * changes are often steps of a whole, and what resolves a report is a whole, so that the chance is more than their share.
 */
export function usualCompanions({ index, kinds }: Corpus): ReadonlyMap<number, Mention> {
  const isSource = (at: number): boolean => {
    const kind = kinds[at];
    return (
      kind !== undefined &&
      !kind.isTest &&
      !kind.isDocument &&
      !kind.isConfiguration &&
      !kind.isFixture
    );
  };
  const chosen = index.changes
    .filter(({ size, files }) => size >= fewestFiles && size <= mostFiles && files.some(isSource))
    .slice(0, mostChanges);
  const counts = new Map<number, number>();
  for (const { files } of chosen) for (const at of files) counts.set(at, (counts.get(at) ?? 0) + 1);
  if (chosen.length < fewestChanges) return new Map();
  return new Map(
    [...counts].flatMap(([at, count]): [number, Mention][] => {
      const share = count / chosen.length;
      const isCompanion = kinds[at]?.isTest === true || kinds[at]?.isDocument === true;
      if (!isCompanion || share < leastShare) return [];
      const reason = `in ${Math.round(share * 100)}% of past changes to sources`;
      return [[at, { least: share ** power, reason }]];
    }),
  );
}
