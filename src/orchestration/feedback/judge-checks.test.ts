import { expect, test } from 'vitest';
import type { PullReport } from '../../forge/forge.ts';
import { judgeChecks, type CheckLook } from './judge-checks.ts';

const policy = { fixes: 2, patienceSeconds: 1_800, intervalSeconds: 15, graceSeconds: 30 };
const pushedAt = '2026-03-02T12:00:00.000Z';
const head = 'a'.repeat(40);

function after(seconds: number, report: Partial<PullReport>, look: Partial<CheckLook> = {}) {
  const whole: PullReport = {
    ...{ number: 7, state: 'open', isDraft: false, head, base: 'main', isMergeable: true },
    ...{
      mergeState: 'clean',
      review: 'none',
      approvedAt: [],
      checks: 'none',
      failed: [],
      pending: [],
    },
    ...report,
  };
  const now = Date.parse(pushedAt) + seconds * 1_000;
  return judgeChecks(
    {
      report: whole,
      ci: { head, pushedAt },
      now,
      watchedSince: 0,
      redSince: null,
      hasWorkflows: false,
      ...look,
    },
    policy,
  );
}

const red = { name: 'test', url: null, job: 1 };

test('where nothing reports, nothing is awaited once it would have', () => {
  expect(after(29, {})).toMatchObject({ checks: 'none', isFinal: false });
  expect(after(30, {})).toMatchObject({ checks: 'none', isFinal: true });
  expect(after(30, {}, { hasWorkflows: true })).toMatchObject({ isFinal: false });
  expect(after(120, {}, { hasWorkflows: true })).toMatchObject({ checks: 'none', isFinal: true });
});

test('a red check waits for the others to end, and not for ever', () => {
  const report = { checks: 'failed', failed: [red], pending: ['lint'] } as const;
  const redSince = Date.parse(pushedAt) + 60_000;
  expect(after(90, report, { redSince })).toMatchObject({ checks: 'failed', isFinal: false });
  expect(after(180, report, { redSince })).toMatchObject({
    checks: 'failed',
    failed: ['test'],
    isFinal: true,
    note: 'not ended yet: lint',
  });
  expect(after(90, { ...report, pending: [] })).toMatchObject({ isFinal: true, note: '' });
});

test('what has not finished when patience is over is left, with its names', () => {
  const report = { checks: 'pending', pending: ['nightly'] } as const;
  expect(after(1_799, report)).toMatchObject({ checks: 'pending', isFinal: false });
  expect(after(1_800, report)).toMatchObject({
    checks: 'pending',
    pending: ['nightly'],
    isFinal: true,
    note: 'still so after 30min',
  });
  // Taken up a day later, it has its time again.
  const watchedSince = Date.parse(pushedAt) + 86_000_000;
  expect(after(86_400, report, { watchedSince })).toMatchObject({ isFinal: false });
});

test('a head that is not ours says nothing, and a closed pull request is over', () => {
  const elsewhere = { head: 'b'.repeat(40), checks: 'passed' } as const;
  expect(after(5, elsewhere)).toMatchObject({ checks: 'none', isFinal: false });
  expect(after(40, elsewhere)).toMatchObject({ checks: 'unknown', isFinal: true });
  expect(after(5, { state: 'merged', checks: 'passed' })).toMatchObject({
    checks: 'passed',
    isFinal: true,
    note: 'it was merged',
  });
  expect(after(5, {}, { report: null })).toMatchObject({ checks: 'unknown', isFinal: true });
});

test('checks beyond those that were listed count by their verdict', () => {
  expect(after(5, { checks: 'failed' })).toMatchObject({ failed: ['a check'], isFinal: true });
  expect(after(5, { checks: 'pending' })).toMatchObject({ pending: ['a check'], isFinal: false });
});
