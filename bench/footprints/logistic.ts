import { solve } from '../estimates/ridge.ts';

export type PairExample = { readonly figures: readonly number[]; readonly isTrue: boolean };

/** A line through some figures, which a logistic curve turns into a probability. */
export type LogisticLine = { readonly constant: number; readonly weights: readonly number[] };

const rounds = 40;
/** Holds the weights down a little, so that a figure that is nearly always 0 gets none out of proportion. */
const ridge = 0.5;

/** Fits a line to the logistic loss by Newton's method. */
export function fitLogistic(examples: readonly PairExample[]): LogisticLine {
  const width = (examples[0]?.figures.length ?? 0) + 1;
  let line = Array.from({ length: width }, () => 0);
  for (let round = 0; round < rounds; round += 1) {
    const slope = line.map((weight, at) => (at === 0 ? 0 : -ridge * weight));
    const curve = line.map((_, row) =>
      line.map((__, at) => (row === at ? (row === 0 ? 1e-6 : ridge) : 0)),
    );
    for (const { figures, isTrue } of examples) {
      const row = [1, ...figures];
      const said = chanceOf(row.reduce((sum, value, at) => sum + value * (line[at] ?? 0), 0));
      for (const [at, value] of row.entries()) {
        slope[at]! += ((isTrue ? 1 : 0) - said) * value;
        for (const [below, other] of row.entries())
          curve[at]![below]! += said * (1 - said) * value * other;
      }
    }
    const step = solve(curve, slope);
    line = line.map((weight, at) => weight + (step[at] ?? 0));
  }
  const [constant = 0, ...weights] = line;
  return { constant, weights };
}

/** The probability that a line gives to some figures. */
export function sayLogistic(
  { constant, weights }: LogisticLine,
  figures: readonly number[],
): number {
  return chanceOf(figures.reduce((sum, value, at) => sum + value * (weights[at] ?? 0), constant));
}

function chanceOf(sum: number): number {
  return 1 / (1 + Math.exp(-sum));
}
