import type { RunsMetrics } from '../reporting/metrics/measure-runs.ts';

/** What the runs of all repositories achieved, as the page shows it. */
export type HistoryPage = {
  readonly metrics: RunsMetrics;
  /** What of the journals could not be read, in words; empty when all could. */
  readonly leftOut: string;
};
