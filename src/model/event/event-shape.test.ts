import { expect, test } from 'vitest';
import { sampleEvents, sampleFinding } from '../../../test/rig/sample-run.ts';
import type { JournalEvent } from './event.ts';
import { isEventShaped } from './event-shape.ts';

const sample = sampleEvents({
  tasks: [
    { outcome: 'completed' },
    { outcome: 'failed', failure: { reason: 'invalid', message: 'No' } },
    { outcome: 'skipped' },
  ],
  isSteered: true,
  isUndone: true,
  findings: [sampleFinding()],
});
const last = { seq: 1_000, at: '2026-03-02T13:00:00.000Z', run: 'orch-local-1-20260302-1200' };
const { plan } = sample.find(({ type }) => type === 'planned') as JournalEvent & {
  readonly type: 'planned';
};
const { tasks, phases, findings } = plan;
const digest = { items: [{ ordinal: 4, digest: 'd' }], common: 'c', background: 'b' };
const events: readonly JournalEvent[] = [
  ...sample,
  { ...last, type: 'tasks-added', tasks, phases, findings, digest },
  { ...last, type: 'notice-intended', keys: ['failed/1/task 2'] },
  {
    ...{ ...last, type: 'attach-requested', task: 1, by: 'tester' },
    attacher: { pid: 1, startTime: '1', bootId: '1' },
  },
  { ...last, type: 'task-attached', task: 1, request: 7 },
  { ...last, type: 'task-detached', task: 1, request: 7, why: 'left' },
];

test('what is written has the shape of an event', () => {
  expect(events.filter((event) => !isEventShaped(event))).toEqual([]);
});

test('what has lost a name, or another kind of value under it, has not', () => {
  for (const { seq: _seq, at: _at, run: _run, ...event } of events)
    for (const name of Object.keys(event)) {
      const { [name]: _value, ...rest } = event as Record<string, unknown>;
      expect(isEventShaped(rest), `${event.type} without ${name}`).toBe(false);
      expect(isEventShaped({ ...rest, [name]: undefined })).toBe(false);
    }
  expect(isEventShaped({ type: 'task-ended', task: 1 })).toBe(false);
  expect(isEventShaped(null)).toBe(false);
});

test('what is inside is looked at, too', () => {
  const planned = events.find(({ type }) => type === 'planned');
  const text = JSON.stringify(planned);
  expect(isEventShaped(JSON.parse(text))).toBe(true);
  for (const name of ['tasks', 'findings', 'footprint', 'estimateMinutes', 'forecast'])
    expect(isEventShaped(JSON.parse(text.replaceAll(`"${name}"`, `"${name}x"`)))).toBe(false);
});

test('what a command line gave is read from journals of any age: what they lack was not given', () => {
  const [started] = events;
  const withGiven = (given: unknown): boolean =>
    isEventShaped({ ...started, settings: { ...Object(started).settings, given } });
  const oldest = {
    ...{ agent: 'codex', model: null, maxWorkers: 3, timeoutSeconds: 90, stallSeconds: null },
    ...{ checkTimeoutSeconds: null, setup: '', checks: ['make'], base: null, sandbox: 'off' },
    ...{ variables: ['TOKEN'], maxCostUsd: null, maxTurns: null, isOutOfScopeAllowed: true },
    ...{ successThresholdPercent: 0, batchSize: null, batches: [[1, 2], [3]], stack: 'never' },
  };
  const later = { ...oldest, isDraft: true, onConflict: 'pause', forge: null, independent: [2] };
  expect([oldest, later, {}, { ...later, ofALaterVersion: 1 }].map(withGiven)).toEqual([
    ...[true, true, true, true],
  ]);
  expect([{ ...oldest, batches: [1] }, { maxWorkers: '3' }, null].map(withGiven)).toEqual([
    ...[false, false, false],
  ]);
});
