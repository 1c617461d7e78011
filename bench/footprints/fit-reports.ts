import type { ReportWeights } from '../../src/planning/predict/report-odds.ts';
import { fitLogistic } from './logistic.ts';

/** What was said of something, and whether it came true. */
export type Cell = readonly [said: number, isTrue: boolean];

/** Changes nothing that the trees say. */
export const plainWeights: ReportWeights = { slope: 1, shift: 0 };

/** What is said to be less likely is hardly ever touched, and would outweigh all others. */
const leastSaid = 0.05;

/** Fits the line of reports to what the trees said of files. */
export function fitReports(cells: readonly Cell[]): ReportWeights {
  const { constant, weights } = fitLogistic(
    cells
      .filter(([said]) => said >= leastSaid)
      .map(([said, isTrue]) => ({ figures: [Math.log(said / (1 - said))], isTrue })),
  );
  return { slope: rounded(weights[0] ?? 1), shift: rounded(constant) };
}

function rounded(value: number): number {
  return Number(value.toFixed(3));
}
