import type { Corpus } from './predict-corpus.ts';
import { placesAbove, placesByValue } from './predict-places.ts';

/** What past changes with similar messages touched. */
export type SimilarChanges = {
  /** For each file the likeness of the changes that touched it, added up. */
  readonly sum: Float64Array;
  /** For each file the likeness of its most similar change. */
  readonly most: Float64Array;
  /** For each file the place of that change; -1 without one. */
  readonly which: Int32Array;
};

const neighbours = 60;

/** Finds the changes whose messages are most like a text, and what they touched. */
export function similarChanges(corpus: Corpus, terms: ReadonlyMap<string, number>): SimilarChanges {
  const { index, messages } = corpus;
  const scores = messages.score(terms);
  const best = placesByValue(placesAbove(scores, 0), scores).slice(0, neighbours);
  const top = scores[best[0] ?? 0] || 1;
  const sum = new Float64Array(index.files.length);
  const most = new Float64Array(index.files.length);
  const which = new Int32Array(index.files.length).fill(-1);
  for (const at of best) {
    const change = index.changes[at];
    if (change === undefined) continue;
    // A change of many files says little of each; an old one less than a new one.
    const likeness = ((scores[at] ?? 0) * ageWeight(at)) / top;
    const share = likeness / Math.sqrt(1 + change.size);
    for (const file of change.files) {
      sum[file] = (sum[file] ?? 0) + share;
      if (share > (most[file] ?? 0)) [most[file], which[file]] = [share, at];
    }
  }
  return { sum, most, which };
}

/** What each word of a text led to before. */
export type WordHabits = {
  /** For each file how often the changes whose messages had a word touched it, the rare words counting more. */
  readonly sum: Float64Array;
  readonly most: Float64Array;
};

const mostPerWord = 300;

/** For each word of a text, which files the changes touched that had it in their message. */
export function wordHabits(corpus: Corpus, terms: ReadonlyMap<string, number>): WordHabits {
  const { index, messages } = corpus;
  const sum = new Float64Array(index.files.length);
  const most = new Float64Array(index.files.length);
  // Used for one word after the other, and left empty by each.
  const counts = new Float64Array(index.files.length);
  for (const [term, weight] of terms) {
    const changes = messages.having(term).slice(0, mostPerWord);
    const touched: number[] = [];
    let total = 2;
    for (const at of changes) {
      const change = index.changes[at];
      if (change === undefined) continue;
      total += ageWeight(at);
      const share = ageWeight(at) / Math.log2(1 + change.size);
      for (const file of change.files) {
        if (counts[file] === 0) touched.push(file);
        counts[file]! += share;
      }
    }
    const value = weight * messages.rarity(term);
    for (const file of touched) {
      const share = (value * counts[file]!) / total;
      counts[file] = 0;
      sum[file]! += share;
      if (share > most[file]!) most[file] = share;
    }
  }
  return { sum, most };
}

/** How much a change still says, by how many came after it. */
export function ageWeight(place: number): number {
  return 0.4 + 0.6 * Math.exp(-place / 700);
}

/** A file that probably changes, with that probability. */
export type Seed = { readonly file: number; readonly probability: number };

/** What changed together with some files before. */
export type TogetherBefore = {
  /** For each file the probability that a seed brings it along, added up over the seeds. */
  readonly sum: Float64Array;
  readonly most: Float64Array;
  /** The seed that is the reason; -1 without one. */
  readonly seed: Int32Array;
  /** How often the two changed together. */
  readonly times: Int32Array;
};

const mostLooked = 150;

/** Follows the history of some files to what changed with them. */
export function togetherBefore(corpus: Corpus, seeds: readonly Seed[]): TogetherBefore {
  const count = corpus.index.files.length;
  const sum = new Float64Array(count);
  const most = new Float64Array(count);
  const seedOf = new Int32Array(count).fill(-1);
  const timesOf = new Int32Array(count);
  // Used for one seed after the other, and left empty by each.
  const weights = new Float64Array(count);
  const times = new Int32Array(count);
  for (const { file, probability } of seeds) {
    const together: number[] = [];
    let total = 0;
    for (const at of corpus.changesOf[file]?.slice(0, mostLooked) ?? []) {
      const change = corpus.index.changes[at];
      if (change === undefined) continue;
      const weight = ageWeight(at) / Math.log2(1 + change.size);
      total += ageWeight(at);
      for (const other of change.files) {
        if (other === file) continue;
        if (times[other] === 0) together.push(other);
        weights[other]! += weight;
        times[other]! += 1;
      }
    }
    for (const other of together) {
      const share = (probability * weights[other]!) / (total + 1.5);
      sum[other]! += share;
      if (share > most[other]!) {
        most[other] = share;
        seedOf[other] = file;
        timesOf[other] = times[other]!;
      }
      weights[other] = 0;
      times[other] = 0;
    }
  }
  return { sum, most, seed: seedOf, times: timesOf };
}
