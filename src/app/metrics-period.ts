import { InvalidArgumentError } from 'commander';

/** Runs that began from one time on, and before another; times are milliseconds since 1970, null is unbounded. */
export type Period = {
  readonly from: number | null;
  readonly before: number | null;
  /** In words, for a heading; empty for all runs. */
  readonly words: string;
};

const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** Reads `30d`, `2w`, `12h` (back from now) or a date, `2026-11-01`, in the user's own time zone. */
export function parseSince(text: string): (now: Date) => Date {
  const [, amount, unit] = /^(\d+)([smhdw])$/u.exec(text.trim()) ?? [];
  if (amount !== undefined) {
    const span = Number(amount) * unitMs[unit as keyof typeof unitMs];
    return (now) => new Date(Math.max(0, now.getTime() - span));
  }
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/u.exec(text.trim()) ?? [];
  const date = new Date(Number(year), Number(month) - 1, Number(day));
  // The 31st of a month with 30 days would be the 1st of the next one.
  if (year === undefined || date.getMonth() !== Number(month) - 1)
    throw new InvalidArgumentError('Give a span such as 30d, 2w or 12h, or a date: 2026-11-01.');
  return () => date;
}

/** Reads `2026-11` as the first moments of that month and of the next. */
export function parseMonth(text: string): { readonly from: Date; readonly before: Date } {
  const [, year, month] = /^(\d{4})-(0[1-9]|1[0-2])$/u.exec(text.trim()) ?? [];
  if (year === undefined) throw new InvalidArgumentError('Give a year and a month: 2026-11.');
  return {
    from: new Date(Number(year), Number(month) - 1, 1),
    before: new Date(Number(year), Number(month), 1),
  };
}

/** The runs that `--since` and `--month` leave together. */
export function choosePeriod(
  given: {
    readonly since?: ((now: Date) => Date) | undefined;
    readonly month?: ReturnType<typeof parseMonth> | undefined;
  },
  now: Date,
): Period {
  const since = given.since?.(now).getTime() ?? null;
  const { month } = given;
  if (month === undefined)
    return {
      from: since,
      before: null,
      words: since === null ? '' : `since ${dayOf(new Date(since))}`,
    };
  const words = `in ${dayOf(month.from).slice(0, 7)}`;
  const from = Math.max(month.from.getTime(), since ?? 0);
  return { from, before: month.before.getTime(), words };
}

/** Whether something of that ISO time lies in a period. */
export function isInPeriod({ from, before }: Period, at: string): boolean {
  const time = Date.parse(at);
  return (from === null || time >= from) && (before === null || time < before);
}

function dayOf(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
