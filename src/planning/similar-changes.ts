import type {
  ChangeSize,
  PastChange,
  RepositoryIndex,
  SizeHistory,
} from '../model/repository-index.ts';
import type { Corpus } from './predict-corpus.ts';
import { ageWeight } from './predict-history.ts';
import { placesAbove, placesByValue } from './predict-places.ts';
import { readQuery } from './predict-words.ts';

/** A past commit with how much its message is like a text: 0 to 1, of the likest one. */
export type LikeChange = { readonly change: PastChange; readonly likeness: number };

const mostSimilar = 20;
const mostUsual = 100;

/** The past changes whose messages are most like a text, the likest first. */
export function similarTo({ index, messages }: Corpus, text: string): LikeChange[] {
  const scores = messages.score(readQuery(text).terms);
  for (let at = 0; at < scores.length; at += 1) scores[at]! *= ageWeight(at);
  const best = placesByValue(placesAbove(scores, 0), scores)
    .filter((at) => index.changes[at]?.isRoot === false)
    .slice(0, mostSimilar);
  const top = scores[best[0] ?? 0] || 1;
  return best.flatMap((at) => {
    const change = index.changes[at];
    return change === undefined ? [] : [{ change, likeness: (scores[at] ?? 0) / top }];
  });
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
    similar: similar.flatMap(({ change, likeness }) => {
      const size = sizes.get(change.commit);
      const subject = change.message.split('\n', 1)[0] ?? '';
      return size === undefined ? [] : [{ subject, likeness, ...size }];
    }),
    usual: usual.flatMap((commit) => sizes.get(commit) ?? []),
  };
}
