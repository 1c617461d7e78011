import type { TreeModel } from '../../src/planning/predict/predict-model.ts';

/** Rows of features with what came of them. A weight above 1 stands for rows that were left out. */
export type Examples = {
  readonly rows: readonly ArrayLike<number>[];
  readonly labels: readonly number[];
  readonly weights: readonly number[];
};

export type BoostOptions = {
  readonly trees: number;
  readonly depth: number;
  readonly rate: number;
  /** The least weight of examples in a leaf. */
  readonly least: number;
  readonly seed: number;
};

const bins = 48;
const ridge = 5;

/** Fits boosted trees to the logistic loss, by histograms of quantiles; half of the rows and features a tree. */
export function boost(examples: Examples, options: BoostOptions): TreeModel {
  const { rows, labels, weights } = examples;
  const width = rows[0]?.length ?? 0;
  const random = randomFrom(options.seed);
  const edges = Array.from({ length: width }, (_, feature) => quantiles(rows, feature));
  const binned = edges.map((edge, feature) =>
    Uint8Array.from(rows, (row) => binOf(edge, row[feature] ?? 0)),
  );
  const total = sum(weights);
  const positive = rows.reduce((all, _, at) => all + (labels[at] ?? 0) * (weights[at] ?? 0), 0);
  const base = Math.log(positive / (total - positive));
  const score = new Float64Array(rows.length).fill(base);
  const gradient = new Float64Array(rows.length);
  const curvature = new Float64Array(rows.length);
  const trees: number[][] = [];
  for (let round = 0; round < options.trees; round += 1) {
    for (let at = 0; at < rows.length; at += 1) {
      const probability = 1 / (1 + Math.exp(-(score[at] ?? 0)));
      const weight = weights[at] ?? 0;
      gradient[at] = weight * ((labels[at] ?? 0) - probability);
      curvature[at] = weight * probability * (1 - probability);
    }
    const sample = Int32Array.from([...rows.keys()].filter(() => random() < 0.6));
    const features = edges.map((_, feature) => feature).filter(() => random() < 0.6);
    const tree: number[] = [];
    grow({ tree, binned, edges, gradient, curvature, features, options }, sample, 0);
    trees.push(tree);
    for (let at = 0; at < rows.length; at += 1)
      score[at] = (score[at] ?? 0) + leafOf(tree, rows[at] ?? []);
  }
  return { base: round5(base), trees };
}

type Growth = {
  readonly tree: number[];
  readonly binned: readonly Uint8Array[];
  readonly edges: readonly (readonly number[])[];
  readonly gradient: Float64Array;
  readonly curvature: Float64Array;
  readonly features: readonly number[];
  readonly options: BoostOptions;
};

function grow(growth: Growth, sample: Int32Array, depth: number): number {
  const { tree, binned, edges, gradient, curvature, features, options } = growth;
  const place = tree.length;
  let [g, h] = [0, 0];
  for (const at of sample) [g, h] = [g + (gradient[at] ?? 0), h + (curvature[at] ?? 0)];
  const leaf = (): number => {
    tree.push(-1, round5((options.rate * g) / (h + ridge)), 0, 0);
    return place;
  };
  if (depth >= options.depth) return leaf();
  let [bestGain, bestFeature, bestBin] = [0.5, -1, 0];
  const own = (g * g) / (h + ridge);
  for (const feature of features) {
    const of = binned[feature];
    if (of === undefined) continue;
    const gs = new Float64Array(bins + 1);
    const hs = new Float64Array(bins + 1);
    for (const at of sample) {
      const bin = of[at] ?? 0;
      gs[bin] = (gs[bin] ?? 0) + (gradient[at] ?? 0);
      hs[bin] = (hs[bin] ?? 0) + (curvature[at] ?? 0);
    }
    let [lg, lh] = [0, 0];
    for (let bin = 0; bin < (edges[feature]?.length ?? 0); bin += 1) {
      [lg, lh] = [lg + (gs[bin] ?? 0), lh + (hs[bin] ?? 0)];
      if (lh < options.least || h - lh < options.least) continue;
      const gain = (lg * lg) / (lh + ridge) + ((g - lg) * (g - lg)) / (h - lh + ridge) - own;
      if (gain > bestGain) [bestGain, bestFeature, bestBin] = [gain, feature, bin];
    }
  }
  if (bestFeature < 0) return leaf();
  const of = binned[bestFeature] ?? new Uint8Array();
  tree.push(bestFeature, edges[bestFeature]?.[bestBin] ?? 0, 0, 0);
  tree[place + 2] = grow(
    growth,
    sample.filter((at) => (of[at] ?? 0) <= bestBin),
    depth + 1,
  );
  tree[place + 3] = grow(
    growth,
    sample.filter((at) => (of[at] ?? 0) > bestBin),
    depth + 1,
  );
  return place;
}

function leafOf(tree: readonly number[], row: ArrayLike<number>): number {
  let at = 0;
  while ((tree[at] ?? -1) >= 0)
    at = tree[at + ((row[tree[at] ?? 0] ?? 0) <= (tree[at + 1] ?? 0) ? 2 : 3)] ?? 0;
  return tree[at + 1] ?? 0;
}

/** The upper edges of the bins: what is above the last one is in a bin of its own. */
function quantiles(rows: readonly ArrayLike<number>[], feature: number): number[] {
  const step = Math.max(1, Math.floor(rows.length / 20_000));
  const values = rows.filter((_, at) => at % step === 0).map((row) => row[feature] ?? 0);
  const nonzero = Float64Array.from(values.filter((value) => value !== 0)).toSorted();
  const edges = new Set([0]);
  for (let at = 1; at < bins - 1; at += 1)
    edges.add(round5(nonzero[Math.floor((at * nonzero.length) / (bins - 1))] ?? 0));
  return [...edges].toSorted((one, other) => one - other);
}

function binOf(edges: readonly number[], value: number): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= (edges[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function round5(value: number): number {
  return Number(value.toPrecision(5));
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

/** A small generator with a seed, so that a training run can be repeated. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
