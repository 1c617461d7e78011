import { expect, test } from 'vitest';
import { recordedEvents } from '../../../test/rig/recorded-run.ts';
import { sampleEvents } from '../../../test/rig/sample-run.ts';
import type { JournalEvent } from '../../model/event/event.ts';
import { openTimeline, type BarKind, type TaskLane } from './task-bars.ts';

function lanesOf(events: readonly JournalEvent[]): readonly TaskLane[] {
  const timeline = openTimeline();
  events.forEach(timeline.take);
  return structuredClone(timeline.lanes());
}

const events = recordedEvents();
const of = (task: number, type: JournalEvent['type']): readonly number[] =>
  events
    .filter((event) => event.type === type && 'task' in event && event.task === task)
    .map(({ at }) => Date.parse(at));
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

function spent({ bars }: TaskLane, kind: BarKind): number {
  return sum(
    bars
      .filter((bar) => bar.kind === kind)
      .map(({ from, to }) => Date.parse(to ?? '') - Date.parse(from)),
  );
}

test('the bars of a recorded run are as long as its events say, and leave no gap until a task has its pull request', () => {
  const lanes = lanesOf(events);
  expect(lanes.map(({ task }) => task)).toEqual([1, 2, 3, 4, 5]);
  for (const lane of lanes) {
    const { task, bars } = lane;
    const [begun = 0] = of(task, 'workspace-intended');
    const [done = 0] = of(task, 'task-completed');
    const agents = sum(of(task, 'attempt-ended')) - sum(of(task, 'attempt-intended'));
    expect([task, spent(lane, 'agent')]).toEqual([task, agents]);
    const [started = 0] = of(task, 'attempt-intended');
    expect([task, spent(lane, 'setup')]).toEqual([task, started - begun]);
    const pushes = of(task, 'push-intended').filter((at) => at < done);
    expect([task, spent(lane, 'publish')]).toEqual([task, done - (pushes[0] ?? 0)]);
    const before = bars.filter(({ kind }) => kind !== 'merge');
    expect(Date.parse(before[0]?.from ?? '')).toBe(begun);
    expect(Date.parse(before.at(-1)?.to ?? '')).toBe(done);
    expect([
      task,
      sum((['setup', 'agent', 'check', 'publish'] as const).map((kind) => spent(lane, kind))),
    ]).toEqual([task, done - begun]);
    for (const [index, bar] of bars.entries()) {
      expect(bar.to, `${task} ${bar.kind}`).not.toBeNull();
      const next = bars[index + 1];
      if (next !== undefined)
        expect(Date.parse(next.from)).toBeGreaterThanOrEqual(Date.parse(bar.to ?? ''));
    }
    expect(bars.at(-1)?.kind).toBe('merge');
  }
  const [, second] = lanes;
  expect(second?.bars.filter(({ kind }) => kind === 'agent').map(({ note }) => note)).toEqual([
    'agent (attempt 1)',
    'agent fixes a check (attempt 2)',
  ]);
});

test('at every moment of it, at most one bar of a task is open, its newest, and what is closed does not change', () => {
  const timeline = openTimeline();
  let before: readonly TaskLane[] = [];
  for (const event of events) {
    timeline.take(event);
    const lanes = structuredClone(timeline.lanes());
    for (const { task, bars } of lanes) {
      expect(bars.slice(0, -1).every(({ to }) => to !== null)).toBe(true);
      const known = before.find((lane) => lane.task === task)?.bars ?? [];
      const closed = known.filter(({ to }) => to !== null);
      expect(bars.slice(0, closed.length)).toEqual(closed);
    }
    before = lanes;
  }
});

test('an orchestrator that died did nothing after its last word, and a failure ends its bar badly', () => {
  const story = sampleEvents({
    tasks: [{ outcome: 'running' }, { outcome: 'failed' }],
    ended: null,
  });
  const last = story.at(-1);
  const [start] = story;
  if (last === undefined || start?.type !== 'run-started') throw new Error('The sample is odd');
  const { base, settings, only, orchestrator, run } = start;
  const at = new Date(Date.parse(last.at) + 8 * 3_600_000).toISOString();
  const resumed: JournalEvent = {
    ...{ type: 'run-resumed', base, settings, only, orchestrator, run },
    seq: last.seq + 1,
    at,
  };
  const [running, failed] = lanesOf([...story, resumed]);
  expect(running?.bars.at(-1)).toMatchObject({ kind: 'agent', to: last.at, isBad: false });
  expect(failed?.bars.at(-1)).toMatchObject({ kind: 'check', isBad: true });
});

test('a question, and silence, are waits from the one event to the other', () => {
  const minute = (at: number): string => new Date(Date.UTC(2026, 0, 1, 0, at)).toISOString();
  const about = { run: 'r', task: 1, attempt: 1 };
  const asked = (question: number, at: number): JournalEvent => ({
    ...{ ...about, type: 'question-asked', question, text: 'Which?', options: [], key: 'k' },
    ...{ seq: at, at: minute(at) },
  });
  const lanes = lanesOf([
    asked(1, 1),
    asked(2, 2),
    {
      type: 'question-answered',
      question: 2,
      text: 'x',
      by: 'una',
      run: 'r',
      seq: 3,
      at: minute(3),
    },
    {
      type: 'question-answered',
      question: 1,
      text: 'x',
      by: 'una',
      run: 'r',
      seq: 4,
      at: minute(5),
    },
    { ...about, type: 'attempt-stalled', silentSeconds: 300, seen: '', seq: 6, at: minute(6) },
    { ...about, type: 'activity-seen', summary: 'reading', seq: 7, at: minute(9) },
  ]);
  expect(lanes[0]?.waits).toEqual([
    { kind: 'asking', from: minute(1), to: minute(5) },
    { kind: 'asking', from: minute(2), to: minute(3) },
    { kind: 'silent', from: minute(6), to: minute(9) },
  ]);
});

test('an agent that the next orchestrator adopts has worked all along', () => {
  const index = events.findIndex(({ type }) => type === 'attempt-ended');
  const ended = events[index];
  const started = events.find(({ type }) => type === 'run-started');
  if (ended?.type !== 'attempt-ended' || started?.type !== 'run-started')
    throw new Error('The recorded run has an agent that ended');
  const { seq, at, run, task, attempt } = ended;
  const adopted: JournalEvent = {
    type: 'attempt-adopted',
    task,
    attempt,
    found: 'alive',
    seq,
    at,
    run,
  };
  const lanes = lanesOf([
    ...events.slice(0, index),
    { ...started, type: 'run-resumed', at } as unknown as JournalEvent,
    adopted,
  ]);
  const bars = lanes.find((lane) => lane.task === task)?.bars ?? [];
  expect(bars.filter(({ kind }) => kind === 'agent')).toHaveLength(1);
  expect(bars.at(-1)).toMatchObject({ kind: 'agent', to: null });
});
