import type { Corpus } from './predict-corpus.ts';
import { ageWeight } from './predict-history.ts';
import type { Rows } from './predict-model.ts';

/** What is known of each file whatever a text says: worked out once for an index. */
export type Habits = {
  /** How often it changed over the last sixty changes or so. */
  readonly lately: Float64Array;
  /** The square root of how often it changed, and one. */
  readonly rootOfChanges: Float64Array;
  /** The features that no text changes, a row a file. */
  readonly fixed: Rows;
};

/** How often and how lately each file changed, and of what kind it is. */
export function habitsOf({ index, changesOf, kinds, importedBy }: Corpus): Habits {
  const { files } = index;
  const per = (read: (changes: readonly number[]) => number): Float64Array =>
    Float64Array.from(changesOf, read);
  const now = per((changes) => changes.reduce((sum, at) => sum + Math.exp(-at / 6), 0));
  const lately = per((changes) => changes.reduce((sum, at) => sum + Math.exp(-at / 60), 0));
  const ever = per((changes) => changes.reduce((sum, at) => sum + ageWeight(at), 0));
  const since = per((changes) => changes[0] ?? index.changes.length + 500);
  const most = highest(ever);
  const flag = (is: boolean | undefined): number => (is === true ? 1 : 0);
  const rows = files.map((file, at) => [
    Math.log1p(now[at] ?? 0),
    Math.log1p(lately[at] ?? 0),
    Math.log1p(ever[at] ?? 0),
    (ever[at] ?? 0) / most,
    Math.log1p(since[at] ?? 0),
    flag(kinds[at]?.isTest),
    flag(kinds[at]?.isDocument),
    flag(kinds[at]?.isConfiguration),
    flag(kinds[at]?.isFixture),
    kinds[at]?.depth ?? 0,
    Math.log1p(file.words.length),
    Math.log1p(file.defines.length),
    Math.log1p(importedBy[at]?.length ?? 0),
    Math.log1p(file.imports.length),
  ]);
  return {
    lately,
    rootOfChanges: per((changes) => Math.sqrt(1 + changes.length)),
    fixed: { width: rows[0]?.length ?? 0, values: Float64Array.from(rows.flat()) },
  };
}

/** The highest of some scores, or 1 where all are 0: what the others are a share of. */
export function highest(scores: Float64Array): number {
  let top = 0;
  for (let at = 0; at < scores.length; at += 1) if (scores[at]! > top) top = scores[at]!;
  return top || 1;
}
