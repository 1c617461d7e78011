import { expect, test } from 'vitest';
import { recordedEvents } from '../../test/rig/recorded-run.ts';
import { sampleEvents, type Sample } from '../../test/rig/sample-run.ts';
import type { JournalEvent } from '../model/event/event.ts';
import { foldRun } from '../model/state/fold-run.ts';
import { openTimeline } from '../reporting/timeline/task-bars.ts';
import type { RunPage } from './page-data.ts';
import { runPage } from './run-page.ts';
import { taskPage } from './task-page.ts';

function pageOf(events: readonly JournalEvent[], isAlive: boolean): RunPage {
  const timeline = openTimeline();
  events.forEach(timeline.take);
  const state = foldRun(events);
  const last = events.at(-1);
  if (state === null || last === undefined) throw new Error('There is no run');
  const read = { id: 'a/b', repository: '/home/una/shop', state, isWhole: true, isAlive };
  const now = Date.parse(last.at);
  return runPage(read, { lanes: timeline.lanes(), seq: last.seq, now });
}

const sample = (change: Sample): RunPage => pageOf(sampleEvents(change), change.ended === null);

test('at every moment of a recorded run there is a page, which is JSON and agrees with itself', () => {
  const events = recordedEvents();
  const statuses: string[] = [];
  for (const [index] of events.entries()) {
    const page = pageOf(events.slice(0, index + 1), true);
    expect(JSON.parse(JSON.stringify(page))).toEqual(page);
    if (statuses.at(-1) !== page.status) statuses.push(page.status);
    expect(page.seq).toBe(events[index]?.seq);
    const known = page.tasks.map(({ task }) => task);
    for (const { from, to } of page.edges)
      expect(known).toEqual(expect.arrayContaining([from, to]));
    const done = page.tasks.filter(({ status }) => status === 'completed' || status === 'merged');
    expect(page.succeeded).toBe(done.length);
    for (const row of page.tasks) {
      if (row.status !== 'queued' || row.bars.length > 0) continue;
      expect([row.waitsFor === null, row.foreseen === null]).toEqual([false, false]);
    }
  }
  expect(statuses).toEqual(['planning', 'running', 'succeeded']);
  const end = pageOf(events, false);
  expect(end).toMatchObject({ succeeded: 5, total: 5, attention: [], train: { isEnded: true } });
  expect(end.train?.cars.map(({ state }) => state)).toEqual(
    Array.from({ length: 5 }, () => 'merged'),
  );
  expect(end.union).toMatchObject({ state: 'green', culprits: [] });
  const state = foldRun(events);
  for (const { task, files, added } of end.tasks) {
    const shown = state === null ? null : taskPage(state, task);
    const touched = shown?.files.filter(({ change }) => change !== null) ?? [];
    expect([task, touched.length]).toEqual([task, files]);
    expect(touched.reduce((all, file) => all + (file.added ?? 0), 0)).toBe(added);
  }
});

test('what waits for a person comes with the command for it', () => {
  expect(sample({}).attention).toMatchObject([
    { what: 'merge', task: null, command: 'flotilla merge issue.md' },
    { what: 'failed', task: 3, command: expect.stringMatching(/^flotilla orchestrate .*--retry/u) },
  ]);
  const dead = pageOf(sampleEvents({ ended: null, tasks: [{ outcome: 'running' }] }), false);
  expect(dead).toMatchObject({
    status: 'interrupted',
    attention: [{ what: 'interrupted', command: expect.stringMatching(/^flotilla /u) }],
  });
  const events = sampleEvents({ ended: null, tasks: [{ outcome: 'running' }] });
  const last = events.at(-1);
  if (last === undefined) throw new Error('The sample is empty');
  const paused: JournalEvent = {
    type: 'pause-requested',
    run: last.run,
    at: last.at,
    seq: last.seq + 1,
  };
  expect(pageOf([...events, paused], true)).toMatchObject({
    ...{ status: 'paused', isPaused: true },
    attention: [{ what: 'paused', command: expect.stringMatching(/^flotilla continue /u) }],
  });
});
