import { expect, test } from 'vitest';
import { choosePeriod, isInPeriod, parseMonth, parseSince } from './metrics-period.ts';

const now = new Date(2026, 10, 22, 12);

function isIn(given: Parameters<typeof choosePeriod>[0], date: Date): boolean {
  return isInPeriod(choosePeriod(given, now), date.toISOString());
}

test('--since reaches back from now, or from a date on', () => {
  const days = { since: parseSince('30d') };
  expect(isIn(days, new Date(2026, 9, 23, 13))).toBe(true);
  expect(isIn(days, new Date(2026, 9, 22))).toBe(false);
  const date = { since: parseSince('2026-11-02') };
  expect(isIn(date, new Date(2026, 10, 2))).toBe(true);
  expect(isIn(date, new Date(2026, 10, 1, 23, 59))).toBe(false);
  expect(choosePeriod(date, now).words).toBe('since 2026-11-02');
});

test('--month is a month of the user’s own calendar, its first moment and not the next month’s', () => {
  const december = { month: parseMonth('2026-12') };
  expect(isIn(december, new Date(2026, 11, 1))).toBe(true);
  expect(isIn(december, new Date(2026, 11, 31, 23, 59))).toBe(true);
  expect(isIn(december, new Date(2027, 0, 1))).toBe(false);
  expect(choosePeriod(december, now).words).toBe('in 2026-12');
});

test('both together are what both leave', () => {
  const both = { since: parseSince('5d'), month: parseMonth('2026-11') };
  expect(isIn(both, new Date(2026, 10, 20))).toBe(true);
  expect(isIn(both, new Date(2026, 10, 10))).toBe(false);
});

test('what is no time is refused with examples', () => {
  for (const text of ['soon', '30', '-3d', '2026-02-30', '2026-13-01'])
    expect(() => parseSince(text)).toThrow('30d');
  for (const text of ['11', '2026-13', '2026-1', 'november'])
    expect(() => parseMonth(text)).toThrow('2026-11');
});
