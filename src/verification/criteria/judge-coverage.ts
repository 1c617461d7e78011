import type { CheckResult } from '../../model/failure/failure.ts';
import type { CoverageMetric, CoverageReading } from '../../model/measurement.ts';
import type { Finding } from './criterion-finding.ts';
import type { Claim } from './read-criterion.ts';

type Seen = {
  readonly command: string;
  readonly reading: CoverageReading;
  readonly metric: CoverageMetric;
  readonly percent: number;
};

/**
 * Compares the coverage that checks measured with a limit. A project may have several reports, one a package: the
 * lowest counts. Of reports that lie in one folder, being the same in several formats, the first that has it counts.
 */
export function judgeCoverage(
  { metric, limit }: Extract<Claim, { kind: 'coverage' }>,
  checks: readonly CheckResult[],
): Finding {
  const seen = checks.flatMap(({ command, coverage = [] }) => {
    const told = coverage.flatMap((reading): Seen[] => {
      const by = metricOf(reading, metric);
      const percent = by === null ? null : reading[by];
      return by === null || percent === null ? [] : [{ command, reading, metric: by, percent }];
    });
    const files = told.filter(({ reading }) => reading.report !== null);
    const all = files.length > 0 ? files : told;
    return [...Map.groupBy(all, ({ reading }) => folderOf(reading)).values()].flatMap(
      ([first, ...others]) =>
        first === undefined ? [] : first.reading.report === null ? [first, ...others] : [first],
    );
  });
  const [lowest] = seen.toSorted((one, other) => one.percent - other.percent);
  if (lowest === undefined)
    return {
      state: 'unmeasured',
      evidence: `no check that ran wrote a coverage report that has ${metric ?? 'lines'}`,
    };
  const isEnough = limit.isExclusive
    ? lowest.percent > limit.percent
    : lowest.percent >= limit.percent;
  return { state: isEnough ? 'met' : 'not-met', evidence: words(lowest, limit, seen.length) };
}

function words(
  { command, reading, metric, percent }: Seen,
  { percent: wanted, isExclusive }: Extract<Claim, { kind: 'coverage' }>['limit'],
  count: number,
): string {
  const from =
    reading.report === null
      ? `as \`${command}\` printed it`
      : `read from \`${reading.report}\` (${reading.format}), which \`${command}\` wrote`;
  const others = count > 1 ? `, the lowest of ${count} reports` : '';
  const against = `against ${isExclusive ? 'more than ' : ''}${wanted} %`;
  return `coverage of ${metric} is ${shown(percent)} % ${against}, ${from}${others}`;
}

/** Cut, not rounded: what misses a limit must not look as if it met it. */
function shown(percent: number): string {
  return String(Math.floor(percent * 10 + 1e-9) / 10);
}

function metricOf(reading: CoverageReading, wanted: CoverageMetric | null): CoverageMetric | null {
  const order: readonly CoverageMetric[] = wanted === null ? ['lines', 'statements'] : [wanted];
  return order.find((metric) => reading[metric] !== null) ?? null;
}

function folderOf({ report }: CoverageReading): string {
  return report?.split('/').slice(0, -1).join('/') ?? '\0';
}
