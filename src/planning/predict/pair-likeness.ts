/** A vector by the names of its parts; the others are 0. */
export type Sparse = readonly (readonly [name: string, weight: number])[];

/** A figure of any two of some vectors, by their places. */
export type OfPair = (one: number, other: number) => number;

/** How alike some vectors are, each pair 0 to 1: the cosine. */
export function openLikeness(vectors: readonly Sparse[]): OfPair {
  const products = sumsOf(vectors, (one, other) => one * other);
  const lengths = vectors.map((parts) => Math.hypot(...parts.map(([, weight]) => weight)));
  return (one, other) => {
    const both = products(one, other);
    return both === 0 ? 0 : both / ((lengths[one] ?? 1) * (lengths[other] ?? 1));
  };
}

/** How likely two vectors of probabilities have a part in common, as if each came about for itself. */
export function openChance(vectors: readonly Sparse[]): OfPair {
  const logarithms = sumsOf(vectors, (one, other) => Math.log1p(-Math.min(one * other, surest)));
  return (one, other) => -Math.expm1(logarithms(one, other));
}

/** Nothing is certain, and the logarithm of nothing is no number. */
const surest = 0.9999;

/**
 * Adds up a figure over the parts that two vectors have in common. Only these cost anything, so that hundreds of tasks are
 * compared in a few milliseconds.
 */
function sumsOf(vectors: readonly Sparse[], add: (one: number, other: number) => number): OfPair {
  const count = vectors.length;
  const sums = new Float64Array(count * count);
  for (const having of byName(vectors).values())
    for (const [at, one] of having.entries())
      for (let next = at + 1; next < having.length; next += 1) {
        const other = having[next]!;
        sums[one.place * count + other.place]! += add(one.weight, other.weight);
      }
  return (one, other) => sums[Math.min(one, other) * count + Math.max(one, other)] ?? 0;
}

type Part = { readonly place: number; readonly weight: number };

/** For each name the vectors that have it, in their order. */
function byName(vectors: readonly Sparse[]): Map<string, Part[]> {
  const names = new Map<string, Part[]>();
  for (const [place, parts] of vectors.entries())
    for (const [name, weight] of parts) {
      const known = names.get(name);
      if (known === undefined) names.set(name, [{ place, weight }]);
      else known.push({ place, weight });
    }
  return names;
}
