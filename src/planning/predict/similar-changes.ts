import type {
  ChangeSize,
  PastChange,
  RepositoryIndex,
  SimilarChange,
  SizeHistory,
} from '../../model/plan/repository-index.ts';
import type { Field } from './predict-bm25.ts';
import type { Corpus } from './predict-corpus.ts';
import { ageWeight } from './predict-history.ts';
import { placesAbove, placesByValue } from './predict-places.ts';
import { readQuery } from './predict-words.ts';

/** A past commit with how much its message is like a text. */
export type LikeChange = Pick<SimilarChange, 'likeness' | 'coverage'> & {
  readonly change: PastChange;
};

const mostSimilar = 20;
const mostUsual = 100;

/** The past changes whose messages are most like a text, the likest first. */
export function similarTo({ index, messages }: Corpus, text: string): LikeChange[] {
  const { terms } = readQuery(text);
  const scores = messages.score(terms);
  for (let at = 0; at < scores.length; at += 1) scores[at]! *= ageWeight(at);
  const best = placesByValue(placesAbove(scores, 0), scores)
    .filter((at) => index.changes[at]?.isRoot === false)
    .slice(0, mostSimilar);
  const top = scores[best[0] ?? 0] || 1;
  const coverage = coverageOf(messages, terms, best);
  return best.flatMap((at, place) => {
    const change = index.changes[at];
    if (change === undefined) return [];
    return [{ change, likeness: (scores[at] ?? 0) / top, coverage: coverage[place] ?? 0 }];
  });
}

/** How much of a text's words some messages have, the rare ones counting more. */
function coverageOf(
  messages: Field,
  terms: ReadonlyMap<string, number>,
  places: readonly number[],
): number[] {
  const covered = places.map(() => 0);
  let all = 0;
  for (const [term, weight] of terms) {
    const value = weight * messages.rarity(term);
    const having = new Set(messages.having(term));
    all += value;
    for (const [at, place] of places.entries())
      if (having.has(place)) covered[at] = (covered[at] ?? 0) + value;
  }
  return covered.map((value) => value / (all || 1));
}

/** The newest changes of a repository, by their ids: how much one usually is there. */
export function usualChanges({ changes }: RepositoryIndex): string[] {
  return changes
    .filter(({ isRoot }) => !isRoot)
    .slice(0, mostUsual)
    .map(({ commit }) => commit);
}

/** Puts together what is known of the sizes of some changes. */
export function sizeHistory(
  similar: readonly LikeChange[],
  usual: readonly string[],
  sizes: ReadonlyMap<string, ChangeSize>,
): SizeHistory {
  return {
    similar: similar.flatMap(({ change, ...like }) => {
      const size = sizes.get(change.commit);
      const subject = change.message.split('\n', 1)[0] ?? '';
      return size === undefined ? [] : [{ subject, ...like, ...size }];
    }),
    usual: usual.flatMap((commit) => sizes.get(commit) ?? []),
  };
}
