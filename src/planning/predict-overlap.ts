import type { PredictedFile } from '../model/repository-index.ts';

/** The curve from likeness to probability; it is learned. */
export type OverlapWeights = { readonly constant: number; readonly slope: number };

/**
 * How alike two footprints are, 0 to 1: the cosine of their probabilities. It does not grow with how many files a task is
 * thought to touch, and ranked pairs of unseen repositories better than the chance of a shared file did, and than trees
 * over fifteen such figures.
 */
export function footprintLikeness(
  one: readonly PredictedFile[],
  other: readonly PredictedFile[],
): number {
  const mine = new Map(one.map(({ path, probability }) => [path, probability]));
  const both = other.reduce(
    (sum, { path, probability }) => sum + probability * (mine.get(path) ?? 0),
    0,
  );
  return both === 0 ? 0 : both / (lengthOf(one) * lengthOf(other));
}

function lengthOf(files: readonly PredictedFile[]): number {
  return Math.hypot(...files.map(({ probability }) => probability));
}

/** The probability that two tasks touch a file in common. */
export function overlapProbability(
  { constant, slope }: OverlapWeights,
  one: readonly PredictedFile[],
  other: readonly PredictedFile[],
): number {
  return 1 / (1 + Math.exp(-constant - slope * footprintLikeness(one, other)));
}
