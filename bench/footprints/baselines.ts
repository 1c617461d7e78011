import type { Corpus } from '../../src/planning/predict/predict-corpus.ts';
import { firstLook } from '../../src/planning/predict/predict-first-look.ts';
import { habitsOf } from '../../src/planning/predict/predict-habits.ts';
import { togetherBefore } from '../../src/planning/predict/predict-history.ts';
import { readQuery } from '../../src/planning/predict/predict-words.ts';

export const baselineNames = [
  'recent churn',
  'names',
  'paths',
  'paths + names defined',
  'paths + co-change',
  'similar messages',
] as const;
export type Baseline = (typeof baselineNames)[number];

/** Ranks a repository's files by each of the simple ways. */
export function rankByBaselines(corpus: Corpus, text: string): Record<Baseline, string[]> {
  const habits = habitsOf(corpus);
  const { scores } = firstLook(corpus, habits, text);
  const { path, defines, named, similar } = scores;
  const withDefined = path.map((score, at) => score + (defines[at] ?? 0));
  const rank = (values: Float64Array): string[] =>
    [...values.keys()]
      .filter((at) => (values[at] ?? 0) > 0)
      .toSorted((one, other) => (values[other] ?? 0) - (values[one] ?? 0))
      .slice(0, 500)
      .map((at) => corpus.index.files[at]?.path ?? '');
  return {
    'recent churn': rank(habits.lately),
    names: rank(named),
    paths: rank(path),
    'paths + names defined': rank(withDefined),
    'paths + co-change': rank(withCoChange(corpus, withDefined)),
    'similar messages': rank(similar.sum),
  };
}

/** Adds what changed together with the ten best. */
function withCoChange(corpus: Corpus, scores: Float64Array): Float64Array {
  const top = scores.reduce((most, score) => Math.max(most, score), 0) || 1;
  const seeds = [...scores.keys()]
    .filter((at) => (scores[at] ?? 0) > 0)
    .toSorted((one, other) => (scores[other] ?? 0) - (scores[one] ?? 0))
    .slice(0, 10)
    .map((file) => ({ file, probability: (scores[file] ?? 0) / top }));
  const { sum } = togetherBefore(corpus, seeds);
  return scores.map((score, at) => score / top + 2 * (sum[at] ?? 0));
}

/** How alike two texts are: the cosine of their words, the rare ones counting more. */
export function textLikeness({ messages }: Corpus, one: string, other: string): number {
  const vector = (text: string): Map<string, number> =>
    new Map(
      [...readQuery(text).terms].map(([term, weight]) => [term, weight * messages.rarity(term)]),
    );
  const [mine, yours] = [vector(one), vector(other)];
  const both = [...mine].reduce((sum, [term, value]) => sum + value * (yours.get(term) ?? 0), 0);
  return both === 0 ? 0 : both / (Math.hypot(...mine.values()) * Math.hypot(...yours.values()));
}
