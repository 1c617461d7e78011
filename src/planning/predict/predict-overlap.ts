import type { PairChances } from '../../model/plan/overlap.ts';
import { openChance, openLikeness, type Sparse } from './pair-likeness.ts';
import type { Said } from './pair-words.ts';

/** A file of a footprint, as far as pairs are judged by it. */
export type Foreseen = { readonly path: string; readonly probability: number };

/** A task as far as pairs are judged: its files, and what its words tell; no words where too little is known of the past. */
export type PairSide = { readonly files: readonly Foreseen[]; readonly said: Said };

/** Judges two of some tasks, by their places. */
export type PairJudge = (one: number, other: number) => PairChances;

/** What was learned of pairs. */
export type PairWeights = Readonly<Record<keyof PairFigures, number>> & {
  /** With the weights of the figures it makes a line, which a logistic curve turns into the probability. */
  readonly constant: number;
  /** Of the pairs with a file in common, the share whose changes do not merge. */
  readonly conflict: number;
};

/** What is measured of a pair. */
export type PairFigures = {
  /**
   * How alike the footprints are, 0 to 1: the root of the cosine of their probabilities. It does not grow with the size of
   * a task.
   */
  readonly files: number;
  /** How likely they have a file in common by the footprints alone, as if each file were touched for itself. */
  readonly chance: number;
  /** How alike the words are, 0 to 1: their cosine, each word as heavy as it is rare in past messages. */
  readonly words: number;
  /** 1 where both say that they work on the same part: `fix(parser): …`, `parser: …`; else 0. */
  readonly scope: number;
};

/** Measures any two of some tasks, by their places. What is dear is done once for all of them. */
export function openPairFigures(
  sides: readonly PairSide[],
): (one: number, other: number) => PairFigures {
  const footprints = sides.map((side) => side.files.map(asSparse));
  const files = openLikeness(footprints);
  const chance = openChance(footprints);
  const words = openLikeness(withoutCommon(sides.map(({ said }) => said.words)));
  const scopes = sides.map(({ said }) => new Set(said.scope));
  return (one, other) => ({
    files: Math.sqrt(files(one, other)),
    chance: chance(one, other),
    words: words(one, other),
    scope: sides[other]?.said.scope.some((part) => scopes[one]?.has(part)) === true ? 1 : 0,
  });
}

/** Fewer tasks may all mean the same. */
const fewestWithForm = 5;
const mostOfTasks = 0.75;

/** What more than three quarters of many tasks say is the form of their issue, and makes no two of them alike. */
function withoutCommon(texts: readonly Sparse[]): readonly Sparse[] {
  if (texts.length < fewestWithForm) return texts;
  const counts = new Map<string, number>();
  for (const text of texts)
    for (const [word] of text) counts.set(word, (counts.get(word) ?? 0) + 1);
  const most = texts.length * mostOfTasks;
  return texts.map((text) => text.filter(([word]) => (counts.get(word) ?? 0) <= most));
}

function asSparse({ path, probability }: Foreseen): Sparse[number] {
  return [path, probability];
}

/** Judges any two of some tasks. */
export function openPairJudge(weights: PairWeights, sides: readonly PairSide[]): PairJudge {
  const figures = openPairFigures(sides);
  const { constant, conflict } = weights;
  return (one, other) => {
    const { files, chance, words, scope } = figures(one, other);
    const sum =
      constant +
      weights.files * files +
      weights.chance * chance +
      weights.words * words +
      weights.scope * scope;
    const overlap = 1 / (1 + Math.exp(-sum));
    return { overlap, conflict: overlap * conflict };
  };
}
