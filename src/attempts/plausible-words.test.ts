import { expect, test } from 'vitest';
import { pauseFor, plausibleActivities, plausibleFailure } from './plausible-words.ts';

const now = new Date('2026-03-02T12:00:00.000Z');
const hour = 3_600_000;

const usage = (sessionCostUsd: number | null, inputTokens: number | null = null) => ({
  ...({ kind: 'usage', sessionCostUsd, inputTokens, outputTokens: null } as const),
});

test.each([
  [usage(0.1), 0.1],
  [usage(3, 2_000_000), 3],
  [usage(1e308), null],
  [usage(1e308, 1_000), null],
  [usage(50, 1_000), null],
  [usage(Number.POSITIVE_INFINITY, 1_000), null],
  [usage(-1, 1_000), null],
  [usage(Number.NaN, 1_000), null],
  [usage(9_999_999, 1e10), null],
])('a cost is what the tokens could cost (%#)', (told, costUsd) => {
  const [found] = plausibleActivities([told]);
  expect(found?.kind === 'usage' ? found.sessionCostUsd : null).toBe(costUsd);
});

test('tokens that nobody can have used are left out', () => {
  expect(
    plausibleActivities([usage(null, 1e308), usage(null, -5), usage(null, Number.NaN)]),
  ).toEqual([]);
  expect(plausibleActivities([usage(null, 12)])).toEqual([usage(null, 12)]);
});

test.each([
  ['0199a213-81c0-7800-8aa1-bbab2a035a53', true],
  ['ses_4f1b2c', true],
  ['--dangerously-skip-permissions', false],
  ['-c', false],
  ['a b', false],
  ['a\nb', false],
  ['../../etc', false],
  ['', false],
  ['x'.repeat(201), false],
])('the session %j is one: %s', (session, isOne) => {
  const activity = { kind: 'session', session, model: 'm'.repeat(5_000) } as const;
  const found = plausibleActivities([activity]);
  expect(found).toHaveLength(isOne ? 1 : 0);
  if (isOne) expect(JSON.stringify(found).length).toBeLessThan(400);
});

const limited = (aheadMs: number) => ({
  reason: 'provider-limited' as const,
  message: 'The provider refuses (429): wait.',
  resetsAt: new Date(now.getTime() + aheadMs).toISOString(),
});

test('a limit does not end in decades, nor did it end long ago', () => {
  for (const ahead of [5 * hour, 7 * 24 * hour, -60_000])
    expect(plausibleFailure(limited(ahead), now)).toEqual(limited(ahead));
  for (const ahead of [70 * 365 * 24 * hour, 9 * 24 * hour, -hour])
    expect(plausibleFailure(limited(ahead), now)).not.toHaveProperty('resetsAt');
  expect(plausibleFailure({ ...limited(0), resetsAt: 'soon' }, now)).not.toHaveProperty('resetsAt');
});

test('nobody waits for longer than a day on an agent’s word, and it says whose word it is', () => {
  const short = pauseFor(limited(5 * hour), now);
  expect(short.until.toISOString()).toBe('2026-03-02T17:00:00.000Z');
  expect(short.message).toBe(
    'The provider refuses (429): wait. The agent says that this ends at 2026-03-02 17:00 UTC',
  );
  const long = pauseFor(limited(7 * 24 * hour), now);
  expect(long.until.toISOString()).toBe('2026-03-03T12:00:00.000Z');
  expect(long.message).toContain('ends at 2026-03-09 12:00 UTC; it is asked again after a day');
});
