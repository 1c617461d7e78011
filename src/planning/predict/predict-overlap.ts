/** A file of a footprint, as far as pairs are judged by it. */
export type Foreseen = { readonly path: string; readonly probability: number };

/** The curve from likeness to probability; it is learned. */
export type OverlapWeights = { readonly constant: number; readonly slope: number };

/** The probability that two of some tasks touch a file in common, by their places. */
export type PairJudge = (one: number, other: number) => number;

/**
 * How alike the footprints of some tasks are, each pair 0 to 1: the cosine of their probabilities. It does not grow with
 * how many files a task is thought to touch, and ranked pairs of unseen repositories better than the chance of a shared
 * file did, and than trees over fifteen such figures.
 */
export function openLikeness(footprints: readonly (readonly Foreseen[])[]): PairJudge {
  const count = footprints.length;
  const products = new Float64Array(count * count);
  for (const touching of byPath(footprints).values())
    for (const [at, one] of touching.entries())
      for (const other of touching.slice(at + 1))
        products[one.place * count + other.place]! += one.probability * other.probability;
  const lengths = footprints.map((files) =>
    Math.hypot(...files.map(({ probability }) => probability)),
  );
  return (one, other) => {
    const [first, second] = one < other ? [one, other] : [other, one];
    const both = products[first * count + second] ?? 0;
    return both === 0 ? 0 : both / ((lengths[one] ?? 1) * (lengths[other] ?? 1));
  };
}

type Touch = { readonly place: number; readonly probability: number };

/** For each path the tasks that may touch it, in their order. */
function byPath(footprints: readonly (readonly Foreseen[])[]): Map<string, Touch[]> {
  const paths = new Map<string, Touch[]>();
  for (const [place, files] of footprints.entries())
    for (const { path, probability } of files) {
      const known = paths.get(path);
      if (known === undefined) paths.set(path, [{ place, probability }]);
      else known.push({ place, probability });
    }
  return paths;
}

/** The probability that two tasks of some touch a file in common. */
export function openPairJudge(
  { constant, slope }: OverlapWeights,
  footprints: readonly (readonly Foreseen[])[],
): PairJudge {
  const likeness = openLikeness(footprints);
  return (one, other) => 1 / (1 + Math.exp(-constant - slope * likeness(one, other)));
}
