import type { Corpus } from './predict-corpus.ts';
import type { FirstLook } from './predict-first-look.ts';
import type { FileKind } from './predict-file-kind.ts';
import { togetherBefore, type Seed, type TogetherBefore } from './predict-history.ts';
import { placesAbove, placesByValue } from './predict-places.ts';
import type { Rows } from './predict-model.ts';

/** What follows from the files that the first look believes in. */
export type SecondLook = {
  readonly candidates: readonly number[];
  readonly rows: Rows;
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
export function secondLook(corpus: Corpus, first: FirstLook, beliefs: Float64Array): SecondLook {
  const count = corpus.index.files.length;
  const belief = new Float64Array(count);
  for (const [place, file] of first.candidates.entries()) belief[file] = beliefs[place] ?? 0;
  const ranked = placesByValue(first.candidates, belief);
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
  const folders = massBy(corpus, ranked, belief, ({ folder }) => folder);
  const packages = massBy(corpus, ranked, belief, (kind) => kind.package);
  const rank = placesIn(ranked, count);
  const rowOf = placesIn(first.candidates, count);
  const sure = seeds.reduce((sum, { probability }) => sum + probability, 0);
  const candidates = candidatesOf(ranked, together, [imports, importedBy, partner], rowOf);
  const known = first.rows;
  const width = known.width + added;
  const values = new Float64Array(width * candidates.length);
  for (const [row, file] of candidates.entries()) {
    const own = belief[file] ?? 0;
    const from = (rowOf[file] ?? 0) * known.width;
    values.set(known.values.subarray(from, from + known.width), row * width);
    const found = [
      logit(own),
      Math.log1p(rank[file] ?? 0),
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
    ];
    values.set(found, row * width + known.width);
  }
  return { candidates, rows: { width, values }, together, imports, importedBy, partner };
}

/** So many figures the second look adds to a row. */
const added = 12;

/** For each file its place in a list; -1 for those that are not in it. */
function placesIn(list: readonly number[], count: number): Int32Array {
  const places = new Int32Array(count).fill(-1);
  for (let at = 0; at < list.length; at += 1) places[list[at]!] = at;
  return places;
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
  { kinds }: Corpus,
  ranked: readonly number[],
  belief: Float64Array,
  groupOf: (kind: FileKind) => string,
): (file: number) => number {
  const group = (file: number): string => {
    const kind = kinds[file];
    return kind === undefined ? '' : groupOf(kind);
  };
  const mass = new Map<string, number>();
  for (const file of ranked.slice(0, kept))
    mass.set(group(file), (mass.get(group(file)) ?? 0) + (belief[file] ?? 0));
  return (file) => mass.get(group(file)) ?? 0;
}

function candidatesOf(
  ranked: readonly number[],
  together: TogetherBefore,
  neighbours: readonly Neighbour[],
  rowOf: Int32Array,
): number[] {
  const wanted = new Set(ranked.slice(0, kept));
  const along = placesByValue(placesAbove(together.sum, 0.01), together.sum);
  for (const file of along.slice(0, 100)) wanted.add(file);
  for (const { probability } of neighbours)
    for (const file of placesAbove(probability, 0.1)) if (wanted.size < kept * 3) wanted.add(file);
  return [...wanted].filter((file) => rowOf[file] !== -1);
}
