import { posix } from 'node:path';
import type { Corpus } from './predict-corpus.ts';
import type { FirstLook } from './predict-first-look.ts';
import { togetherBefore, type Seed, type TogetherBefore } from './predict-history.ts';

/** What follows from the files that the first look believes in. */
export type SecondLook = {
  readonly candidates: readonly number[];
  readonly rows: readonly Float64Array[];
  readonly together: TogetherBefore;
  /** For each file the likeliest file that it imports, that imports it, and that it shares a stem with; -1 without. */
  readonly imports: Neighbour;
  readonly importedBy: Neighbour;
  readonly partner: Neighbour;
};

export type Neighbour = { readonly probability: Float64Array; readonly file: Int32Array };

const seedCount = 12;
const kept = 250;
const mostImporters = 200;

/** Looks again, at the likeliest files and all that hangs together with them. */
export function secondLook(
  corpus: Corpus,
  first: FirstLook,
  beliefs: readonly number[],
): SecondLook {
  const count = corpus.index.files.length;
  const belief = new Float64Array(count);
  for (const [place, file] of first.candidates.entries()) belief[file] = beliefs[place] ?? 0;
  const ranked = first.candidates.toSorted(
    (one, other) => (belief[other] ?? 0) - (belief[one] ?? 0),
  );
  const seeds = ranked
    .slice(0, seedCount)
    .map((file) => ({ file, probability: belief[file] ?? 0 }));
  const together = togetherBefore(corpus, seeds);
  const { files } = corpus.index;
  const spread = (of: (file: number) => readonly number[]): Neighbour =>
    neighbour(seeds, of, count);
  const imports = spread((file) => (corpus.importedBy[file] ?? []).slice(0, mostImporters));
  const importedBy = spread((file) => files[file]?.imports ?? []);
  const partner = spread((file) => partnersOf(corpus, file));
  const folders = massBy(corpus, ranked, belief, (path) => posix.dirname(path));
  const packages = massBy(corpus, ranked, belief, (path) => path.split('/').slice(0, 2).join('/'));
  const rank = new Map(ranked.map((file, at) => [file, at]));
  const rowOf = new Map(first.candidates.map((file, at) => [file, first.rows[at]]));
  const sure = seeds.reduce((sum, { probability }) => sum + probability, 0);
  const candidates = candidatesOf(ranked, together, [imports, importedBy, partner], rowOf);
  const rows = candidates.map((file) => {
    const own = belief[file] ?? 0;
    return Float64Array.from([
      ...(rowOf.get(file) ?? []),
      logit(own),
      Math.log1p(rank.get(file) ?? 9_999),
      together.sum[file] ?? 0,
      together.most[file] ?? 0,
      together.times[file] ?? 0,
      imports.probability[file] ?? 0,
      importedBy.probability[file] ?? 0,
      partner.probability[file] ?? 0,
      folders(file) - own,
      packages(file) - own,
      seeds[0]?.probability ?? 0,
      sure,
    ]);
  });
  return { candidates, rows, together, imports, importedBy, partner };
}

function logit(probability: number): number {
  const clipped = Math.min(0.999, Math.max(0.000_1, probability));
  return Math.log(clipped / (1 - clipped));
}

/** The likeliest seed that leads to each file. */
function neighbour(
  seeds: readonly Seed[],
  of: (file: number) => readonly number[],
  count: number,
): Neighbour {
  const probability = new Float64Array(count);
  const from = new Int32Array(count).fill(-1);
  for (const seed of seeds)
    for (const file of of(seed.file)) {
      if (file === seed.file || seed.probability <= (probability[file] ?? 0)) continue;
      probability[file] = seed.probability;
      from[file] = seed.file;
    }
  return { probability, file: from };
}

const mostPartners = 8;

/** The tests of a source and the sources of a test: the same stem on the other side. */
function partnersOf({ byStem, kinds }: Corpus, file: number): readonly number[] {
  const kind = kinds[file];
  const alike = byStem.get(kind?.stem ?? '') ?? [];
  if (alike.length > mostPartners * 4) return [];
  return alike.filter((other) => kinds[other]?.isTest !== kind?.isTest).slice(0, mostPartners);
}

function massBy(
  { index }: Corpus,
  ranked: readonly number[],
  belief: Float64Array,
  groupOf: (path: string) => string,
): (file: number) => number {
  const group = (file: number): string => groupOf(index.files[file]?.path ?? '');
  const mass = new Map<string, number>();
  for (const file of ranked.slice(0, kept))
    mass.set(group(file), (mass.get(group(file)) ?? 0) + (belief[file] ?? 0));
  return (file) => mass.get(group(file)) ?? 0;
}

function candidatesOf(
  ranked: readonly number[],
  together: TogetherBefore,
  neighbours: readonly Neighbour[],
  rowOf: ReadonlyMap<number, unknown>,
): number[] {
  const wanted = new Set(ranked.slice(0, kept));
  const along = [...together.sum.keys()]
    .filter((file) => (together.sum[file] ?? 0) > 0.01)
    .toSorted((one, other) => (together.sum[other] ?? 0) - (together.sum[one] ?? 0));
  for (const file of along.slice(0, 100)) wanted.add(file);
  for (const { probability } of neighbours)
    for (const [file, value] of probability.entries())
      if (value > 0.1 && wanted.size < kept * 3) wanted.add(file);
  return [...wanted].filter((file) => rowOf.has(file));
}
