import type { SizeWeights } from '../../src/planning/size/foresee-size.ts';

export type RidgeExample = { readonly features: readonly number[]; readonly truth: number };

/** The line through some examples, before its errors are known. */
export type Line = Pick<SizeWeights, 'constant' | 'weights'>;

/** Fits a line to the least squares, with features scaled to a deviation of one and large weights held down. */
export function fitLine(examples: readonly RidgeExample[], penalty: number): Line {
  const width = examples[0]?.features.length ?? 0;
  const columns = Array.from({ length: width }, (_, at) =>
    examples.map(({ features }) => features[at] ?? 0),
  );
  const means = columns.map(meanOf);
  const spreads = columns.map(
    (column, at) => Math.sqrt(meanOf(column.map((value) => (value - (means[at] ?? 0)) ** 2))) || 1,
  );
  const scaled = columns.map((column, at) =>
    column.map((value) => (value - (means[at] ?? 0)) / (spreads[at] ?? 1)),
  );
  const middle = meanOf(examples.map(({ truth }) => truth));
  const truths = examples.map(({ truth }) => truth - middle);
  const matrix = scaled.map((one, row) =>
    scaled.map((other, at) => dot(one, other) + (row === at ? penalty : 0)),
  );
  const solved = solve(
    matrix,
    scaled.map((column) => dot(column, truths)),
  );
  const weights = solved.map((weight, at) => weight / (spreads[at] ?? 1));
  return { weights, constant: middle - dot(weights, means) };
}

/** What a line says of some features. */
export function valueOf({ constant, weights }: Line, features: readonly number[]): number {
  return constant + dot(weights, features);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function dot(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, value, at) => sum + value * (other[at] ?? 0), 0);
}

/** Solves linear equations by Gauss's way; the matrix is positive by its diagonal. */
export function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, at) => [...row, right[at] ?? 0]);
  for (const [at, pivot] of rows.entries())
    for (const row of rows.slice(at + 1)) {
      const share = (row[at] ?? 0) / (pivot[at] ?? 1);
      for (let column = at; column < row.length; column += 1)
        row[column] = (row[column] ?? 0) - share * (pivot[column] ?? 0);
    }
  const solved = Array.from(rows, () => 0);
  for (const [at, row] of [...rows.entries()].toReversed()) {
    const known = row
      .slice(0, -1)
      .reduce((sum, cell, place) => sum + cell * (solved[place] ?? 0), 0);
    solved[at] = ((row.at(-1) ?? 0) - known) / (row[at] ?? 1);
  }
  return solved;
}
