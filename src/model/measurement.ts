/** Coverage as one report of one check's run gives it. Percentages from 0 to 100; null: the report does not say. */
export type CoverageReading = {
  /** The report's path in the checkout; null where the check printed it. */
  readonly report: string | null;
  readonly format: 'lcov' | 'cobertura' | 'coverage.py' | 'istanbul' | 'go cover' | 'printed';
  readonly lines: number | null;
  readonly branches: number | null;
  readonly functions: number | null;
  readonly statements: number | null;
};

export type CoverageMetric = 'lines' | 'branches' | 'functions' | 'statements';

/** The warnings that one tool printed in one check's run. */
export type WarningReading = {
  /** `eslint`, `cargo`, …; `output` for lines that look like warnings and belong to no tool that we know. */
  readonly tool: string;
  readonly count: number;
  /** The first of them without line numbers, so that they can be found again on another commit. */
  readonly told: readonly string[];
};
