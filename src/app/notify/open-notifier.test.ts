import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { sampleEvents } from '../../../test/rig/sample-run.ts';
import type { JournalEvent, RunEvent } from '../../model/event/event.ts';
import type { Notice } from '../../model/notification/notice.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import type { RunListener } from '../../services/run-record.ts';
import { openNotifier, type NotifierParams } from './open-notifier.ts';

/** A journal in memory, with a record of it as `openRunRecord` has it. */
function openBook(before: readonly JournalEvent[]): {
  readonly events: JournalEvent[];
  readonly record: NotifierParams['record'];
} {
  const events = [...before];
  const listeners: RunListener[] = [];
  const record = (event: RunEvent): JournalEvent => {
    const at = '2026-03-02T13:00:00.000Z';
    const written = { ...event, seq: events.length + 1, at, run: 'orch-local-1-x' } as JournalEvent;
    events.push(written);
    const state = foldRun(events);
    if (state !== null) listeners.forEach((listener) => listener(written, state));
    return written;
  };
  return { events, record: { record, listen: (listener) => void listeners.push(listener) } };
}

const fourRunning = sampleEvents({
  tasks: Array.from({ length: 4 }, () => ({ outcome: 'running' as const })),
  ended: null,
});

const fail = (task: number): RunEvent => ({
  ...{ type: 'task-failed', task },
  failure: { reason: 'agent-failed', message: 'it gave up' },
});
const pause: RunEvent = { type: 'run-paused', reason: 'budget', message: 'spent', until: null };
const end: RunEvent = { type: 'run-ended', how: 'finished' };
const resume: RunEvent = {
  ...(fourRunning[0] as JournalEvent & { type: 'run-started' }),
  type: 'run-resumed',
};

/** A notifier with one sink that remembers what it got, at a time that the test sets. */
function openTrial(
  change: Partial<NotifierParams> & { readonly book?: ReturnType<typeof openBook> } = {},
): {
  readonly titles: string[];
  readonly texts: string[];
  readonly record: NotifierParams['record'];
  readonly events: JournalEvent[];
  readonly setClock: (time: string) => void;
  readonly close: () => Promise<void>;
} {
  const { book = openBook(fourRunning), ...params } = change;
  const got: Notice[] = [];
  let time = '12:00';
  const notifier = openNotifier({
    ...{ record: book.record, events: [...book.events], quiet: null, ciFixes: 0, isKept: true },
    sinks: [
      {
        ...{ name: 'trial', on: undefined },
        send: (notice) => {
          got.push(notice);
          return Promise.resolve({ isTaken: true, words: '' });
        },
      },
    ],
    ...{ now: () => new Date(`2026-03-02T${time}:00Z`), timeZone: 'UTC', lookMs: 1 },
    ...{ note: () => undefined, isHurried: () => false },
    ...params,
  });
  return {
    get titles() {
      return got.map(({ title }) => title.replace('local#1: ', ''));
    },
    get texts() {
      return got.map(({ text }) => text);
    },
    ...{ record: book.record, events: book.events, close: notifier.close },
    setClock: (now) => void (time = now),
  };
}

const night = { from: '22:00', to: '07:00', except: ['needs-person'] } as const;

test('quiet hours hold back all but the excepted kinds, which are summed up when they end', async () => {
  const trial = openTrial({ quiet: night });
  trial.setClock('23:00');
  for (const event of [fail(1), pause, fail(2)]) trial.record.record(event);
  await turn();
  await expect.poll(() => trial.titles).toEqual(['paused, nothing new starts']);
  trial.setClock('07:00');
  await expect
    .poll(() => trial.titles)
    .toEqual(['paused, nothing new starts', '2 things happened meanwhile']);
  expect(trial.texts[1]).toMatch(/task 1 failed.*\n.*task 2 failed/u);
  trial.record.record(fail(3));
  await expect.poll(() => trial.titles.at(-1)).toBe('task 3 failed');
  await trial.close();
  expect(trial.titles).toHaveLength(3);
});

test('the end of a run sums up what quiet hours held back', async () => {
  const trial = openTrial({ quiet: night });
  trial.setClock('23:00');
  for (const event of [fail(1), end]) trial.record.record(event);
  await trial.close();
  expect(trial.titles).toEqual(['2 things happened meanwhile']);
  expect(trial.texts[0]).toContain('the run is over');
});

test('what is sent is written down before, and is not sent by the next orchestrator', async () => {
  const book = openBook(fourRunning);
  const first = openTrial({ book });
  for (const event of [fail(1), fail(2)]) book.record.record(event);
  await expect.poll(() => first.titles).toHaveLength(2);
  // It dies here, without an end.
  book.record.record(resume);
  const second = openTrial({ book });
  book.record.record(fail(3));
  await second.close();
  expect(second.titles).toEqual(['task 3 failed']);
});

test('what an orchestrator that died had left is sent by the next one, in one', async () => {
  const book = openBook(fourRunning);
  for (const event of [fail(1), fail(2), resume]) book.record.record(event);
  const next = openTrial({ book });
  await next.close();
  expect(next.titles).toEqual(['2 things happened meanwhile']);
});

test('what happened in a run that came to its end before anything was configured is past', async () => {
  const book = openBook(fourRunning);
  for (const event of [fail(1), end, resume]) book.record.record(event);
  const next = openTrial({ book });
  await next.close();
  expect(next.titles).toEqual([]);
});

test('what the journal does not keep is sent only as it happens', async () => {
  const book = openBook(fourRunning);
  for (const event of [fail(1), resume]) book.record.record(event);
  const trial = openTrial({ book, isKept: false });
  for (const event of [fail(1), fail(2)]) book.record.record(event);
  await trial.close();
  expect(trial.titles).toEqual(['task 2 failed']);
  expect(book.events.filter(({ type }) => type === 'notice-intended')).toEqual([]);
});

test('where the journal cannot be written, nothing is sent and the run continues', async () => {
  const notes: string[] = [];
  const book = openBook(fourRunning);
  const record = (event: RunEvent): JournalEvent => {
    if (event.type === 'notice-intended') throw new Error('disk full');
    return book.record.record(event);
  };
  const trial = openTrial({
    ...{ book, record: { ...book.record, record } },
    note: (line) => void notes.push(line),
  });
  book.record.record(fail(1));
  await trial.close();
  expect(trial.titles).toEqual([]);
  expect(notes).toHaveLength(1);
});

test('a sink that fails is noted once, whatever it fails with', async () => {
  const notes: string[] = [];
  const trial = openTrial({
    sinks: [
      { name: 'broken', on: undefined, send: () => Promise.reject(new TypeError('secret')) },
      {
        ...{ name: 'gone', on: ['failed'] },
        send: () => Promise.resolve({ isTaken: false, words: 'HTTP 500' }),
      },
    ],
    note: (line) => void notes.push(line),
  });
  for (const event of [fail(1), fail(2), end]) trial.record.record(event);
  await trial.close();
  expect(notes).toEqual([
    expect.stringContaining('did not reach broken: TypeError.'),
    expect.stringContaining('did not reach gone: HTTP 500.'),
  ]);
});

test('a user who wants an end at once does not wait for a sink that hangs', async () => {
  const aborted: AbortSignal[] = [];
  const trial = openTrial({
    sinks: [
      {
        ...{ name: 'hanging', on: undefined },
        send: (_, signal) => {
          aborted.push(signal);
          return new Promise((resolve) =>
            signal.addEventListener('abort', () => resolve({ isTaken: false, words: '' })),
          );
        },
      },
    ],
    isHurried: () => true,
  });
  trial.record.record(fail(1));
  const began = performance.now();
  await trial.close();
  expect(performance.now() - began).toBeLessThan(9_000);
  expect(aborted.map((signal) => signal.aborted)).toEqual([true]);
});
