import type { CoverageReading } from '../../model/measurement.ts';

type Shares = Omit<CoverageReading, 'report' | 'format'>;
type Count = { readonly covered: number; readonly total: number };

const nothing: Shares = { lines: null, branches: null, functions: null, statements: null };

/**
 * Reads a coverage report by what it holds, whatever its name: lcov, Cobertura's XML (coverage.py and others write it
 * too), coverage.py's and Istanbul's JSON (c8, nyc, Jest, Vitest), or a profile of `go test`. Null for anything else.
 */
export function readCoverageReport(
  text: string,
): Pick<CoverageReading, 'format' | keyof Shares> | null {
  const start = text.slice(0, 4_096).trimStart();
  if (start.startsWith('mode:')) return told('go cover', readGoProfile(text));
  if (start.startsWith('<')) return told('cobertura', readCobertura(text));
  if (start.startsWith('{')) return readJson(text);
  return /^(?:TN|SF):/mu.test(start) ? told('lcov', readLcov(text)) : null;
}

function told(
  format: CoverageReading['format'],
  shares: Shares,
): Pick<CoverageReading, 'format' | keyof Shares> | null {
  return Object.values(shares).every((share) => share === null) ? null : { format, ...shares };
}

/** A share of nothing is not coverage, good or bad. */
function share({ covered, total }: Count): number | null {
  return total > 0 && covered >= 0 && covered <= total ? (covered / total) * 100 : null;
}

/** Counts the lines that it lists, and not the sums, which some tools leave out. */
function readLcov(text: string): Shares {
  const [lines, branches, functions] = [
    { covered: 0, total: 0 },
    { covered: 0, total: 0 },
    { covered: 0, total: 0 },
  ];
  const add = (count: { covered: number; total: number }, hits: string): void => {
    count.total += 1;
    if (Number(hits) > 0) count.covered += 1;
  };
  for (const [, kind, fields = ''] of text.matchAll(/^(DA|BRDA|FNDA):([^\r\n]*)/gmu)) {
    const parts = fields.split(',');
    if (kind === 'DA') add(lines, parts[1] ?? '');
    else if (kind === 'BRDA') add(branches, parts[3] ?? '');
    else add(functions, parts[0] ?? '');
  }
  return {
    ...nothing,
    lines: share(lines),
    branches: share(branches),
    functions: share(functions),
  };
}

/** The root element sums up what is below it. */
function readCobertura(text: string): Shares {
  const root = /<coverage\s(?<attributes>[^>]{0,4000})>/u.exec(text.slice(0, 65_536));
  const attributes = root?.groups?.['attributes'];
  if (attributes === undefined) return nothing;
  const value = (name: string): number | null => {
    const found = new RegExp(String.raw`(?:^|\s)${name}\s*=\s*["']([\d.]+)["']`, 'u').exec(
      attributes,
    );
    return found === null ? null : Number(found[1]);
  };
  const rate = (name: 'line' | 'branch', plural: string): number | null => {
    const [covered, total] = [value(`${plural}-covered`), value(`${plural}-valid`)];
    if (covered !== null && total !== null) return share({ covered, total });
    const given = value(`${name}-rate`);
    // Without a count, a rate of branches is also written where none were looked at.
    const isCounted = name === 'line' || text.includes('condition-coverage=');
    return given !== null && given <= 1 && isCounted ? given * 100 : null;
  };
  return { ...nothing, lines: rate('line', 'lines'), branches: rate('branch', 'branches') };
}

/** Blocks of statements; where packages were tested together, a block is in it several times. */
function readGoProfile(text: string): Shares {
  const blocks = new Map<string, { readonly size: number; readonly isCovered: boolean }>();
  for (const [, place = '', size, hits] of text.matchAll(
    /^(\S+:\d+\.\d+,\d+\.\d+) (\d{1,9}) (\d{1,15})\r?$/gmu,
  )) {
    const isCovered = Number(hits) > 0 || (blocks.get(place)?.isCovered ?? false);
    blocks.set(place, { size: Number(size), isCovered });
  }
  const sum = (some: readonly { readonly size: number }[]): number =>
    some.reduce((total, { size }) => total + size, 0);
  const all = [...blocks.values()];
  const covered = sum(all.filter(({ isCovered }) => isCovered));
  return { ...nothing, statements: share({ covered, total: sum(all) }) };
}

function readJson(text: string): ReturnType<typeof readCoverageReport> {
  const report = parsed(text);
  const totals = report['totals'];
  if (isRecord(totals) && 'num_statements' in totals)
    return told('coverage.py', {
      ...nothing,
      lines: shareOf(totals, 'covered_lines', 'num_statements'),
      branches: shareOf(totals, 'covered_branches', 'num_branches'),
    });
  const total = report['total'];
  if (isRecord(total)) {
    const of = (name: string): number | null =>
      isRecord(total[name]) ? shareOf(total[name], 'covered', 'total') : null;
    return told('istanbul', {
      ...{ lines: of('lines'), branches: of('branches') },
      ...{ functions: of('functions'), statements: of('statements') },
    });
  }
  return told('istanbul', readIstanbul(Object.values(report).filter(isRecord)));
}

/** `coverage-final.json`: how often each statement, function and branch of each file ran. */
function readIstanbul(files: readonly Record<string, unknown>[]): Shares {
  const hits = (name: string): number[] =>
    files
      .filter((file) => isRecord(file['statementMap']))
      .flatMap((file) => Object.values(isRecord(file[name]) ? file[name] : {}).flat())
      .filter((value) => typeof value === 'number');
  const of = (name: string): number | null => {
    const all = hits(name);
    return share({ covered: all.filter((count) => count > 0).length, total: all.length });
  };
  return { lines: null, statements: of('s'), functions: of('f'), branches: of('b') };
}

function shareOf(counts: Record<string, unknown>, covered: string, total: string): number | null {
  const [one, all] = [counts[covered], counts[total]];
  return typeof one === 'number' && typeof all === 'number'
    ? share({ covered: one, total: all })
    : null;
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
