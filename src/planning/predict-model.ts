/**
 * Boosted trees as data. A tree is a flat list of nodes, four figures each: the feature and the threshold, then the
 * places of the nodes for `≤` and for the rest; a leaf has the feature -1 and its value as the threshold.
 */
export type TreeModel = { readonly base: number; readonly trees: readonly (readonly number[])[] };

/** Rows of equally many features, one after the other in one list. */
export type Rows = { readonly width: number; readonly values: Float64Array };

/** Trees made ready for many rows: the probability that they give each. */
export type Judge = (rows: Rows) => Float64Array;

/** A tree with all its leaves at one depth: the nodes below node `n` are `2n + 1` and `2n + 2`. */
type FullTree = {
  readonly depth: number;
  readonly features: Int32Array;
  readonly thresholds: Float64Array;
  readonly leaves: Float64Array;
};

/** Prepares a model. Tree by tree over all rows is several times as fast as row by row: a tree stays at hand. */
export function openModel(model: TreeModel): Judge {
  const trees = model.trees.map(filledUp);
  return ({ width, values }) => {
    const scores = new Float64Array(width === 0 ? 0 : values.length / width).fill(model.base);
    for (const tree of trees) addLeaves(tree, { width, values }, scores);
    return scores.map((score) => 1 / (1 + Math.exp(-score)));
  };
}

function addLeaves(
  { depth, features, thresholds, leaves }: FullTree,
  { width, values }: Rows,
  scores: Float64Array,
): void {
  const inner = features.length;
  for (let row = 0, start = 0; row < scores.length; row += 1, start += width) {
    let node = 0;
    for (let level = 0; level < depth; level += 1)
      node = 2 * node + (values[start + features[node]!]! <= thresholds[node]! ? 1 : 2);
    scores[row]! += leaves[node - inner]!;
  }
}

function filledUp(tree: readonly number[]): FullTree {
  const depth = depthOf(tree, 0);
  const inner = 2 ** depth - 1;
  const full = {
    depth,
    features: new Int32Array(inner),
    thresholds: new Float64Array(inner).fill(Infinity),
    leaves: new Float64Array(inner + 1),
  };
  place(tree, 0, 0, full);
  return full;
}

function depthOf(tree: readonly number[], at: number): number {
  if ((tree[at] ?? -1) < 0) return 0;
  return 1 + Math.max(depthOf(tree, tree[at + 2] ?? 0), depthOf(tree, tree[at + 3] ?? 0));
}

/** Copies what stands at `at` to a node of the full tree; a leaf that is too high is led down on the left. */
function place(tree: readonly number[], at: number, node: number, full: FullTree): void {
  const inner = full.features.length;
  const feature = tree[at] ?? -1;
  if (feature < 0) {
    let lowest = node;
    while (lowest < inner) lowest = 2 * lowest + 1;
    full.leaves[lowest - inner] = tree[at + 1] ?? 0;
    return;
  }
  full.features[node] = feature;
  full.thresholds[node] = tree[at + 1] ?? 0;
  place(tree, tree[at + 2] ?? 0, 2 * node + 1, full);
  place(tree, tree[at + 3] ?? 0, 2 * node + 2, full);
}
