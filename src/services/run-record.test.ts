import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sampleCheck, sampleEvents } from '../../test/rig/sample-run.ts';
import { openJournal } from '../journal/sqlite-journal.ts';
import type { RunEvent } from '../model/event/event.ts';
import { openRunRecord, type RunRecord } from './run-record.ts';

async function openRecord(mask?: (event: RunEvent) => RunEvent): Promise<RunRecord> {
  const folder = await mkdtempDisposable(join(tmpdir(), 'run-record-'));
  const journal = openJournal(join(folder.path, 'journal.sqlite'), () => new Date());
  onTestFinished(async () => {
    journal.close();
    await folder.remove();
  });
  const events = sampleEvents({ tasks: [{ outcome: 'running' }], ended: null });
  const [first, ...others] = events;
  if (first === undefined) throw new Error('The sample has no event');
  const record = openRunRecord({ journal, run: first.run, first, mask, onBroken: () => undefined });
  for (const event of others) record.record(event);
  return record;
}

const redCheck = (excerpt: string): RunEvent => ({
  ...{ type: 'check-ended', task: 1, attempt: 1 },
  result: sampleCheck({ state: 'failed', exitCode: 1, excerpt }),
});

test('a failure is classified when it is recorded', async () => {
  const record = await openRecord();
  record.record(redCheck('✖ adds'));
  const [check] = record.task(1).checks;
  expect(check?.clue).toMatchObject({ kind: 'test-failure', line: '✖ adds' });
  const failure = { reason: 'check-failed', message: 'npm test failed', check: check! } as const;
  record.record({ type: 'task-failed', task: 1, failure });
  expect(record.task(1).failure?.diagnosis).toEqual({
    ...{ type: 'TEST_FAILURE', kind: 'test-failure', line: '✖ adds', missing: null },
    fingerprint: expect.stringMatching(/^check-failed\/test-failure:adds-[\da-f]{4}$/u),
  });
});

test('no part of a secret gets into a clue or a fingerprint', async () => {
  const secret = 'Tr0ub4dor-and-3-horses';
  const record = await openRecord(
    (event) => JSON.parse(JSON.stringify(event).replaceAll(secret, '[redacted]')) as RunEvent,
  );
  const cut = `✖ ${'a'.repeat(285)} ${secret}`;
  for (const excerpt of [`✖ knows ${secret}`, cut, `sh: ${secret}: not found`]) {
    record.record(redCheck(excerpt));
    const check = record.task(1).checks.at(-1)!;
    const failure = { reason: 'check-failed', message: 'npm test failed', check } as const;
    record.record({ type: 'task-failed', task: 1, failure });
    expect(JSON.stringify(record.task(1))).not.toMatch(/tr0ub|horses/iu);
  }
});
