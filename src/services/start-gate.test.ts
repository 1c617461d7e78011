import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sampleEvents } from '../../test/rig/sample-run.ts';
import { openJournal } from '../journal/sqlite-journal.ts';
import type { JournalEvent, RunEvent } from '../model/event/event.ts';
import { openRunRecord } from './run-record.ts';
import { openStartGate, type StartGate } from './start-gate.ts';

const now = new Date('2026-03-02T12:00:00.000Z');

async function openGate(): Promise<{
  gate: StartGate;
  events: () => JournalEvent[];
  /** Writes an event as another process does, which nudges ours. */
  say: (event: RunEvent) => void;
}> {
  const folder = await mkdtempDisposable(join(tmpdir(), 'start-gate-'));
  const journal = openJournal(join(folder.path, 'journal.sqlite'), () => now);
  const [first] = sampleEvents();
  if (first === undefined) throw new Error('The sample has no event');
  const { run } = first;
  const record = openRunRecord({ journal, run, first, onBroken: () => undefined });
  const gate = openStartGate(record, () => now);
  onTestFinished(async () => {
    gate.close();
    journal.close();
    await folder.remove();
  });
  const say = (event: RunEvent): void => {
    journal.append(run, event);
    record.catchUp();
  };
  return { gate, say, events: () => journal.read(run, record.resumedAt).slice(1) };
}

function limit(seconds: number): Parameters<StartGate['pause']>[0] {
  const until = new Date(now.getTime() + seconds * 1_000);
  return { reason: 'provider-limited', message: 'Come again later.', until };
}

test('a limit that is over by the time the news of it comes pauses nothing', async () => {
  const { gate, events } = await openGate();
  gate.pause(limit(-1));
  gate.pause(limit(0));
  expect(events()).toEqual([]);
  expect(await gate.whenOpen(new AbortController().signal)).toBe(true);
});

test('many reports of one limit pause once', async () => {
  const { gate, events } = await openGate();
  [60, 60, 30, 61].forEach((seconds) => gate.pause(limit(seconds)));
  expect(events().map(({ type }) => type)).toEqual(['run-paused']);
});

test('a gate that is closed for good stays so', async () => {
  const { gate, events } = await openGate();
  gate.pause(limit(60));
  gate.pause({ reason: 'unauthenticated', message: 'Who are you?', until: null });
  gate.pause(limit(120));
  expect(events().map(({ type }) => type)).toEqual(['run-paused', 'run-paused']);
  expect(await gate.whenOpen(new AbortController().signal)).toBe(false);
});

test('a pause that somebody asked for holds back starts until they continue it', async () => {
  const { gate, say } = await openGate();
  say({ type: 'pause-requested' });
  const never = new AbortController().signal;
  const waiting = [gate.whenOpen(never), gate.whenContinued(never)];
  const first = await Promise.race([...waiting, Promise.resolve('they wait')]);
  expect(first).toBe('they wait');
  say({ type: 'continue-requested' });
  expect(await Promise.all(waiting)).toEqual([true, true]);
});

test('who waits for a paused run leaves at its signal', async () => {
  const { gate, say } = await openGate();
  say({ type: 'pause-requested' });
  const leaving = new AbortController();
  const waiting = [gate.whenOpen(leaving.signal), gate.whenContinued(leaving.signal)];
  leaving.abort();
  expect(await Promise.all(waiting)).toEqual([false, false]);
});

test('continuing a paused run does not end the wait for a provider', async () => {
  const { gate, say } = await openGate();
  gate.pause(limit(60));
  say({ type: 'pause-requested' });
  say({ type: 'continue-requested' });
  const leaving = new AbortController();
  expect(await gate.whenContinued(leaving.signal)).toBe(true);
  const open = gate.whenOpen(leaving.signal);
  expect(await Promise.race([open, Promise.resolve('it waits')])).toBe('it waits');
  leaving.abort();
  expect(await open).toBe(false);
});
