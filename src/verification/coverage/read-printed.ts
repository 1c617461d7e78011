import type { CoverageReading } from '../../model/measurement.ts';

const nothing = { lines: null, branches: null, functions: null, statements: null } as const;

/** Reads what a check printed of coverage: the tables of Istanbul and of Node, coverage.py's, and lines of `go test`. */
export function readPrintedCoverage(output: string): CoverageReading[] {
  const readings = [...istanbul(output), ...nodeTest(output), ...coveragePy(output), ...go(output)];
  return readings.map((shares) => ({ report: null, format: 'printed', ...nothing, ...shares }));
}

type Shares = Partial<Omit<CoverageReading, 'report' | 'format'>>;

/** `All files | 84.21 | 70 | 100 | 84.21 |`, below its heading. */
function istanbul(output: string): Shares[] {
  if (!/% Stmts\s*\|\s*% Branch\s*\|\s*% Funcs\s*\|\s*% Lines/u.test(output)) return [];
  const row = lastMatch(
    output,
    /^\s*All files\s*\|\s*([\d.]+)\s*\|\s*([\d.]+)\s*\|\s*([\d.]+)\s*\|\s*([\d.]+)\s*\|/gmu,
  );
  return row === null
    ? []
    : [{ statements: at(row, 1), branches: at(row, 2), functions: at(row, 3), lines: at(row, 4) }];
}

/** `ℹ all files | 84.21 | 70.00 | 100.00 |`: lines, branches, functions. */
function nodeTest(output: string): Shares[] {
  if (!/line %\s*\|\s*branch %\s*\|\s*funcs %/u.test(output)) return [];
  const row = lastMatch(
    output,
    /^[ℹ#]?\s*all files\s*\|\s*([\d.]+)\s*\|\s*([\d.]+)\s*\|\s*([\d.]+)\s*\|/gmu,
  );
  return row === null ? [] : [{ lines: at(row, 1), branches: at(row, 2), functions: at(row, 3) }];
}

/** `TOTAL 120 19 84%`; with branches, the share mixes both, and is neither. */
function coveragePy(output: string): Shares[] {
  const heading = /^Name\s+Stmts\s+Miss\s+(?<branch>Branch\s+BrPart\s+)?Cover\b/mu.exec(output);
  if (heading === null) return [];
  const row = lastMatch(output, /^TOTAL\s+(\d{1,9})\s+(\d{1,9})\s/gmu);
  const [total, missed] = row === null ? [0, 0] : [at(row, 1), at(row, 2)];
  return total > 0 && missed <= total ? [{ lines: ((total - missed) / total) * 100 }] : [];
}

/** One line a package, or one for all: `coverage: 84.0% of statements`. */
function go(output: string): Shares[] {
  const found = output.matchAll(/(?:^|\s)coverage: (\d{1,3}(?:\.\d+)?)% of statements/gmu);
  return [...found].map((match) => ({ statements: at(match, 1) }));
}

function lastMatch(text: string, pattern: RegExp): RegExpExecArray | null {
  return [...text.matchAll(pattern)].at(-1) ?? null;
}

function at(match: RegExpExecArray, group: number): number {
  return Number(match[group]);
}
