import { posix } from 'node:path';

/** How well a ranking of paths foresaw what was touched. */
export type Scores = {
  readonly recall10: number;
  readonly precision10: number;
  readonly recall20: number;
  readonly averagePrecision: number;
  readonly directories10: number;
};

/** Scores one ranking against the touched files that existed. */
export function scoreRanking(ranked: readonly string[], truth: ReadonlySet<string>): Scores {
  const hits = (count: number): number =>
    ranked.slice(0, count).filter((path) => truth.has(path)).length;
  let [found, precision] = [0, 0];
  for (const [at, path] of ranked.entries())
    if (truth.has(path)) {
      found += 1;
      precision += found / (at + 1);
    }
  const folders = new Set([...truth].map((path) => posix.dirname(path)));
  const foreseen = new Set(ranked.slice(0, 10).map((path) => posix.dirname(path)));
  return {
    recall10: hits(10) / truth.size,
    precision10: hits(10) / 10,
    recall20: hits(20) / truth.size,
    averagePrecision: precision / truth.size,
    directories10: [...folders].filter((folder) => foreseen.has(folder)).length / folders.size,
  };
}

/** The chance that a true pair gets a higher score than a false one; ties count half. */
export function areaUnderCurve(scores: readonly number[], labels: readonly boolean[]): number {
  const order = [...scores.keys()].toSorted(
    (one, other) => (scores[one] ?? 0) - (scores[other] ?? 0),
  );
  let [rankSum, at] = [0, 0];
  while (at < order.length) {
    let end = at;
    while (end < order.length && scores[order[end] ?? 0] === scores[order[at] ?? 0]) end += 1;
    for (const place of order.slice(at, end))
      if (labels[place] === true) rankSum += (at + end + 1) / 2;
    at = end;
  }
  const positive = labels.filter(Boolean).length;
  const negative = labels.length - positive;
  return (rankSum - (positive * (positive + 1)) / 2) / (positive * negative);
}

/** How many of the independent pairs may run side by side when nine in ten of the others must be kept apart. */
export function keptAtRecall(
  scores: readonly number[],
  labels: readonly boolean[],
  recall = 0.9,
): number {
  const colliding = scores.filter((_, at) => labels[at]).toSorted((one, other) => other - one);
  const threshold = colliding[Math.ceil(colliding.length * recall) - 1] ?? 0;
  const independent = scores.filter((_, at) => labels[at] === false);
  return independent.filter((score) => score < threshold).length / independent.length;
}

/** What was said of some cases, and how often it came true, for each tenth from 0 to 1 in which something was said. */
export function inTenths(
  cells: readonly (readonly [said: number, isTrue: boolean])[],
): { readonly said: number; readonly was: number; readonly count: number }[] {
  const tenths = Map.groupBy(cells, ([said]) => Math.min(9, Math.floor(said * 10)));
  return [...tenths]
    .toSorted(([one], [other]) => one - other)
    .map(([, cell]) => ({
      said: mean(cell.map(([said]) => said)),
      was: mean(cell.map(([, isTrue]) => (isTrue ? 1 : 0))),
      count: cell.length,
    }));
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Spearman's rank correlation; ties share the mean of their ranks. */
export function rankCorrelation(one: readonly number[], other: readonly number[]): number {
  const [first, second] = [ranksOf(one), ranksOf(other)];
  const middle = (one.length - 1) / 2;
  const product = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, rank, at) => sum + (rank - middle) * ((b[at] ?? 0) - middle), 0);
  return product(first, second) / Math.sqrt(product(first, first) * product(second, second));
}

function ranksOf(values: readonly number[]): number[] {
  const order = [...values.keys()].toSorted(
    (one, other) => (values[one] ?? 0) - (values[other] ?? 0),
  );
  const ranks = Array.from(values, () => 0);
  let at = 0;
  while (at < order.length) {
    let end = at;
    while (end < order.length && values[order[end] ?? 0] === values[order[at] ?? 0]) end += 1;
    for (const place of order.slice(at, end)) ranks[place] = (at + end - 1) / 2;
    at = end;
  }
  return ranks;
}
