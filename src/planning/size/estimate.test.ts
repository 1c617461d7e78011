import { describe, expect, test } from 'vitest';
import type { SubTask } from '../../model/issue/issue.ts';
import type { FootprintEntry } from '../../model/plan/plan.ts';
import type { SizeHistory } from '../../model/plan/repository-index.ts';
import { estimateTask, type Estimate, type EstimateEvidence } from './estimate.ts';

function taskOf(title: string, description = ''): SubTask {
  const nothing = { acceptance: [], reference: null, phase: 1, after: [], afterIssues: [] };
  return { ordinal: 1, title, description, lines: { start: 1, end: 1 }, ...nothing };
}

function estimate(title: string, evidence: Partial<EstimateEvidence> = {}): Estimate {
  const nothing = { files: new Set<string>(), footprint: [], areTestsAsked: false, past: null };
  return estimateTask(taskOf(title), { ...nothing, ...evidence });
}

/** A repository whose changes have so many lines, those that are like the task so many. */
function history(usual: number, similar: number): SizeHistory {
  const alike = {
    subject: 'Add a carrier',
    likeness: 1,
    coverage: 0.8,
    files: similar / 20,
    lines: similar,
  };
  return {
    usual: Array.from({ length: 100 }, () => ({ files: 2, lines: usual })),
    similar: Array.from({ length: 20 }, () => alike),
  };
}

describe('where nothing is known but the words', () => {
  const small = estimate('Show the weight on the label');

  test.each([
    'Migrate the warehouse from Oracle to PostgreSQL',
    'Rewrite the label printer in Go',
    'Port the scanner app to Kotlin',
    'Add two-factor authentication',
    'Integrate PayPal payments',
  ])('%s takes far longer than a detail, and is not of low complexity', (title) => {
    const large = estimate(title);
    expect(large.estimateMinutes).toBeGreaterThanOrEqual(1.5 * small.estimateMinutes);
    expect(large.complexity).not.toBe('low');
    expect(large.basis).toBe('kind');
  });

  test('a typo takes less than a detail', () => {
    expect(estimate('Fix a typo on the label').estimateMinutes).toBeLessThan(small.estimateMinutes);
  });

  test('what says nothing of the work is called a guess', () => {
    const { basis, because, range, estimateMinutes } = estimate('Parcels');
    expect(basis).toBe('guess');
    expect(because).toContain('guess');
    expect(range[0]).toBeLessThan(estimateMinutes);
    expect(range[1]).toBeGreaterThan(estimateMinutes);
  });
});

describe('where there is a history', () => {
  test('similar changes that were large make a task large, and are named', () => {
    const small = estimate('Add the carrier DHL', { history: history(30, 20) });
    const large = estimate('Add the carrier DHL', { history: history(30, 800) });
    expect(large.size.loc).toBeGreaterThan(2 * small.size.loc);
    expect(large.size.files).toBeGreaterThan(small.size.files);
    expect(large.estimateMinutes).toBeGreaterThan(small.estimateMinutes);
    expect(large.basis).toBe('history');
    expect(large.because).toContain('“Add a carrier” (40 files, 800 lines)');
  });

  test('what is foreseen of the files counts as well', () => {
    const wide = Array.from({ length: 20 }, (_, at): FootprintEntry => ({
      ...{ path: `src/part${at}.ts`, probability: 0.8, reason: '' },
      ...{ isNew: false, isDeclared: false },
    }));
    const past = history(60, 60);
    const narrow = estimate('Use the new logger', { history: past, footprint: wide.slice(0, 1) });
    const broad = estimate('Use the new logger', { history: past, footprint: wide });
    expect(broad.size.files).toBeGreaterThan(2 * narrow.size.files);
    expect(broad.size.loc).toBeGreaterThan(narrow.size.loc);
  });

  test('small changes of the past do not make a migration small', () => {
    const past = history(10, 10);
    const large = estimate('Migrate the queue from RabbitMQ to Kafka', { history: past });
    const small = estimate('Show the weight on the label', { history: past });
    expect(large.estimateMinutes).toBeGreaterThanOrEqual(1.5 * small.estimateMinutes);
    expect(large.size.range.loc[1]).toBeGreaterThan(200);
  });

  test('one commit is no history', () => {
    const young = { usual: [{ files: 400, lines: 90_000 }], similar: [] };
    const { basis, size } = estimate('Add the carrier DHL', { history: young });
    expect(basis).toBe('kind');
    expect(size.loc).toBeLessThan(200);
  });
});

test('changes that have a common word only are no evidence for a migration', () => {
  const past = history(30, 30);
  const unlike = { ...past, similar: past.similar.map((one) => ({ ...one, coverage: 0.1 })) };
  expect(estimate('Port the scanner app to Kotlin', { history: unlike }).basis).toBe('kind');
  const plain = estimate('Show the weight on the label', { history: unlike });
  expect(plain.basis).toBe('history');
  expect(plain.because).not.toContain('similar');
});

test('files that are named count, however small past changes were', () => {
  const footprint = ['a', 'b', 'c'].map((name): FootprintEntry => ({
    ...{ path: `src/${name}.ts`, probability: 0.9, reason: '' },
    ...{ isNew: false, isDeclared: true },
  }));
  const title = 'Use the new logger (src/a.ts, src/b.ts, src/c.ts)';
  const { size } = estimate(title, { history: history(5, 5), footprint });
  expect(size.files).toBe(3);
  expect(size.loc).toBeGreaterThan(10);
});

test('what the author states is taken exactly, and said to be theirs', () => {
  const stated = estimate('Add the carrier DHL (25min)', { history: history(30, 800) });
  expect(stated).toMatchObject({ estimateMinutes: 25, range: [25, 25], basis: 'stated' });
});

test('earlier runs are better than nothing, and worse than files', () => {
  const past = {
    ...{ tasks: 6, minutesFactor: 1.5, minutesSpread: 0.2, costPerMinuteUsd: null },
    outcomes: { ended: 6, failed: 0 },
  };
  expect(estimate('Parcels', { past })).toMatchObject({ basis: 'runs' });
  const footprint = [
    {
      ...{ path: 'src/parcels.ts', probability: 0.9, reason: '' },
      ...{ isNew: true, isDeclared: true },
    },
  ];
  expect(estimate('Parcels in src/parcels.ts', { past, footprint }).basis).toBe('files');
});
