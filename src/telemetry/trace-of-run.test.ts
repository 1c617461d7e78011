import { expect, test } from 'vitest';
import { sampleEvents } from '../../test/rig/sample-run.ts';
import type { JournalEvent, RunEvent } from '../model/event/event.ts';
import type { RunSpan } from './run-span.ts';
import { traceOfRun } from './trace-of-run.ts';

function spansOf(events: readonly JournalEvent[]): readonly RunSpan[] {
  const trace = traceOfRun();
  return events.flatMap((event) => trace.take(event));
}

/** A run's events, with some more at their seconds after 12:00. */
function withMore(more: readonly (readonly [number, RunEvent])[]): readonly JournalEvent[] {
  const [first, ...rest] = sampleEvents({ tasks: [{ outcome: 'completed' }] });
  if (first === undefined) throw new Error('a run');
  const begun = Date.parse(first.at);
  const added = more.map(([second, event]) => ({
    ...{ ...event, run: first.run, seq: 0 },
    at: new Date(begun + second * 1_000).toISOString(),
  })) as JournalEvent[];
  return [first, ...rest, ...added]
    .toSorted((one, other) => one.at.localeCompare(other.at))
    .map((event, at) => ({ ...event, seq: at + 1 }));
}

const waitsIn = (spans: readonly RunSpan[]): unknown[] =>
  spans
    .filter(({ name }) => name === 'flotilla.wait')
    .map(({ attributes, start, end, parent }) => [
      attributes['flotilla.wait.reason'],
      (Date.parse(end) - Date.parse(start)) / 1_000,
      parent,
    ]);

test('waits for people, for providers and for questions are spans, and may overlap', () => {
  const spans = spansOf(
    withMore([
      [20, { type: 'pause-requested' }],
      [21, { type: 'run-paused', reason: 'provider-limited', message: 'the secret', until: null }],
      [26, { type: 'run-continued' }],
      [30, { type: 'continue-requested' }],
      [
        31,
        {
          type: 'question-asked',
          task: 1,
          attempt: 1,
          question: 1,
          key: 'k',
          text: 'the secret',
          options: [],
        },
      ],
      [38, { type: 'question-answered', question: 1, text: 'the secret', by: 'una' }],
      [40, { type: 'run-paused', reason: 'resources', message: 'the secret', until: null }],
    ]),
  );
  expect(waitsIn(spans)).toEqual([
    ['provider-limited', 5, 'start:1'],
    ['asked', 10, 'start:1'],
    ['question', 7, 'attempt:1:1'],
    // Nobody took it back: it ends with the run.
    ['resources', expect.any(Number), 'start:1'],
  ]);
  expect(JSON.stringify(spans)).not.toMatch(/the secret|una|Shopping|Build part/u);
});

test('every key is there once, and every parent is a span of the same run', () => {
  const spans = spansOf(sampleEvents({}));
  const keys = spans.map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
  const parents = spans.flatMap(({ parent }) => parent ?? []);
  expect(parents.filter((parent) => !keys.includes(parent))).toEqual([]);
});

test('the spans of a run that was taken up again are those of one that was not, and the start that died', () => {
  const [started, ...events] = sampleEvents({ tasks: [{ outcome: 'completed' }] });
  if (started?.type !== 'run-started') throw new Error('a run');
  const { base, settings, only, orchestrator, at, run } = started;
  const middle = Math.floor(events.length / 2);
  const before = events[middle - 1];
  const resumed: JournalEvent = {
    ...{ type: 'run-resumed', base, settings, only, orchestrator, run },
    ...{ seq: 1_000, at: before?.at ?? at },
  };
  const killed = spansOf([started, ...events.slice(0, middle), resumed, ...events.slice(middle)]);
  const starts = killed.filter(({ name }) => name === 'flotilla.start');
  expect(starts.map(({ key, error, end }) => [key, error, end === before?.at])).toEqual([
    ['start:1', 'died', true],
    ['start:1000', null, false],
  ]);
  const others = (spans: readonly RunSpan[]): readonly RunSpan[] =>
    spans.filter(({ name }) => name !== 'flotilla.start');
  expect(others(killed)).toEqual(others(spansOf([started, ...events])));
});
