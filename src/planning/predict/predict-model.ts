/**
 * Boosted trees as data. A tree is a flat list of nodes, four figures each: the feature and the threshold, then the
 * places of the nodes for `≤` and for the rest; a leaf has the feature -1 and its value as the threshold.
 */
export type TreeModel = { readonly base: number; readonly trees: readonly (readonly number[])[] };

/** Rows of equally many features, one after the other in one list. */
export type Rows = { readonly width: number; readonly values: Float64Array };

/** Trees made ready for many rows: the probability that they give each. */
export type Judge = (rows: Rows) => Float64Array;

/**
 * All trees as full ones of four levels, one after the other: the nodes below node `n` of a tree are `2n + 1` and
 * `2n + 2`, and after the fifteen that ask come the sixteen leaves.
 */
type Forest = {
  readonly features: Int32Array;
  readonly thresholds: Float64Array;
  readonly leaves: Float64Array;
};

const asking = 15;

/** Prepares a model, of at most four levels. Throws for a deeper one. */
export function openModel({ base, trees }: TreeModel): Judge {
  const forest: Forest = {
    features: new Int32Array(trees.length * asking),
    // What nothing asks leads to the left.
    thresholds: new Float64Array(trees.length * asking).fill(Infinity),
    leaves: new Float64Array(trees.length * (asking + 1)),
  };
  for (const [number, tree] of trees.entries()) plant(forest, { tree, number }, 0, 0);
  return (rows) => {
    const scores = new Float64Array(rows.width === 0 ? 0 : rows.values.length / rows.width);
    scores.fill(base);
    for (let number = 0; number < trees.length; number += 1)
      addLeaves(forest, number, rows, scores);
    return scores.map((score) => 1 / (1 + Math.exp(-score)));
  };
}

type Planted = { readonly tree: readonly number[]; readonly number: number };

/** Copies what stands at `at` of a tree to a node of the full tree; a leaf that is too high is led down on the left. */
function plant(forest: Forest, { tree, number }: Planted, at: number, node: number): void {
  const [feature = -1, threshold = 0, left = 0, right = 0] = tree.slice(at, at + 4);
  if (feature < 0) {
    let lowest = node;
    while (lowest < asking) lowest = 2 * lowest + 1;
    forest.leaves[number * (asking + 1) + lowest - asking] = threshold;
    return;
  }
  if (node >= asking) throw new Error('A tree of more than four levels');
  forest.features[number * asking + node] = feature;
  forest.thresholds[number * asking + node] = threshold;
  plant(forest, { tree, number }, left, 2 * node + 1);
  plant(forest, { tree, number }, right, 2 * node + 2);
}

/** One tree for all rows, its four questions written out: half of what a prediction takes is spent here. */
function addLeaves(
  { features, thresholds, leaves }: Forest,
  number: number,
  { width, values }: Rows,
  scores: Float64Array,
): void {
  const first = number * asking;
  const leaf = number * (asking + 1) - asking;
  for (let row = 0, at = 0; row < scores.length; row += 1, at += width) {
    let node = values[at + features[first]!]! <= thresholds[first]! ? 1 : 2;
    node = 2 * node + (values[at + features[first + node]!]! <= thresholds[first + node]! ? 1 : 2);
    node = 2 * node + (values[at + features[first + node]!]! <= thresholds[first + node]! ? 1 : 2);
    node = 2 * node + (values[at + features[first + node]!]! <= thresholds[first + node]! ? 1 : 2);
    scores[row]! += leaves[leaf + node]!;
  }
}
