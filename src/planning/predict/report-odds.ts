import weights from './report-weights.json' with { type: 'json' };

/** What was learned from real issues and the commits that resolved them: a line over the log odds that trees give. */
export type ReportWeights = { readonly slope: number; readonly shift: number };

export const reportWeights: ReportWeights = weights;

/**
 * How likely a file is touched for a report, where the trees, which learned from messages, give it `learned`. A long story
 * is like many files for no reason, so that likely ones are less likely than they look. No file becomes likelier.
 */
export function oddsInReport(learned: number, { slope, shift }: ReportWeights): number {
  const odds = Math.log(learned / (1 - learned));
  return Math.min(learned, 1 / (1 + Math.exp(-(slope * odds + shift))));
}
