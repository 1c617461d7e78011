/** A vector by the names of its parts; the others are 0. */
export type Sparse = readonly (readonly [name: string, weight: number])[];

/**
 * How alike some vectors are, each pair 0 to 1: the cosine. Only parts that two have in common cost anything, so that
 * hundreds of tasks are compared in a few milliseconds.
 */
export function openLikeness(vectors: readonly Sparse[]): (one: number, other: number) => number {
  const count = vectors.length;
  const products = new Float64Array(count * count);
  for (const having of byName(vectors).values())
    for (const [at, one] of having.entries())
      for (let next = at + 1; next < having.length; next += 1) {
        const other = having[next]!;
        products[one.place * count + other.place]! += one.weight * other.weight;
      }
  const lengths = vectors.map((parts) => Math.hypot(...parts.map(([, weight]) => weight)));
  return (one, other) => {
    const [first, second] = one < other ? [one, other] : [other, one];
    const both = products[first * count + second] ?? 0;
    return both === 0 ? 0 : both / ((lengths[one] ?? 1) * (lengths[other] ?? 1));
  };
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
