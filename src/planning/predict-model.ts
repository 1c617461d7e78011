/**
 * Boosted trees as data. A tree is a flat list of nodes, four figures each: the feature and the threshold, then the
 * places of the nodes for `≤` and for the rest; a leaf has the feature -1 and its value as the threshold.
 */
export type TreeModel = { readonly base: number; readonly trees: readonly (readonly number[])[] };

/** The probability that a model gives a row of features. */
export function probabilityOf(model: TreeModel, row: ArrayLike<number>): number {
  let score = model.base;
  for (const tree of model.trees) score += leafOf(tree, row);
  return 1 / (1 + Math.exp(-score));
}

function leafOf(tree: readonly number[], row: ArrayLike<number>): number {
  let at = 0;
  for (;;) {
    const feature = tree[at] ?? -1;
    const threshold = tree[at + 1] ?? 0;
    if (feature < 0) return threshold;
    at = tree[at + ((row[feature] ?? 0) <= threshold ? 2 : 3)] ?? 0;
  }
}
