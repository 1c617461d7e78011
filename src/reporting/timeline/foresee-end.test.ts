import { expect, test } from 'vitest';
import { recordedEvents } from '../../../test/rig/recorded-run.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { foreseeEnd } from './foresee-end.ts';

const events = recordedEvents();

/** The recorded run after each of its events, with the time of that. */
function* moments(): Generator<{ readonly state: RunState; readonly now: number }> {
  for (const [index, { at }] of events.entries()) {
    const state = foldRun(events.slice(0, index + 1));
    if (state !== null) yield { state, now: Date.parse(at) };
  }
}

test('at every moment of a recorded run, what is open is foreseen, from now on and no more at once than may be', () => {
  let checked = 0;
  for (const { state, now } of moments()) {
    const { end, tasks } = foreseeEnd(state, now);
    const open = state.tasks.filter(({ status }) => status === 'queued' || status === 'running');
    if (state.ended !== null || state.plan === null) {
      expect([end, tasks]).toEqual([null, []]);
      continue;
    }
    checked += 1;
    expect(tasks.map(({ task }) => task).toSorted((one, other) => one - other)).toEqual(
      open.map(({ ordinal }) => ordinal),
    );
    expect(end).toBe(
      tasks.length === 0
        ? null
        : tasks
            .map(({ to }) => to)
            .toSorted()
            .at(-1),
    );
    const begun = open
      .filter(({ status, attempts }) => status === 'running' && attempts.length > 0)
      .map(({ ordinal }) => ordinal);
    const most = Math.max(state.settings.maxWorkers, begun.length);
    for (const { from, to } of tasks) {
      expect(Date.parse(from)).toBeGreaterThanOrEqual(now);
      expect(Date.parse(to)).toBeGreaterThan(Date.parse(from));
      const atOnce = tasks.filter((other) => other.from <= from && other.to > from);
      expect(atOnce.length).toBeLessThanOrEqual(most);
    }
    // What is at work is not foreseen to begin.
    const isNow = tasks
      .filter(({ task }) => begun.includes(task))
      .map(({ from }) => Date.parse(from));
    expect(isNow).toEqual(begun.map(() => now));
  }
  expect(checked).toBeGreaterThan(50);
});

test('where work took longer than was foreseen, what is left is foreseen to take longer, too', () => {
  const at = events.findIndex(({ type }) => type === 'task-completed');
  const state = foldRun(events.slice(0, at + 1));
  if (state === null) throw new Error('The recorded run is empty');
  const now = Date.parse(events[at]?.at ?? '');
  const span = (days: number): number => {
    const tasks = state.tasks.map((task) => {
      const ended = Date.parse(task.endedAt ?? '');
      const isDone = task.status === 'completed';
      return isDone ? { ...task, startedAt: new Date(ended - days * 1_000).toISOString() } : task;
    });
    const spans = [{ from: new Date(now - 1e9).toISOString(), to: null }];
    return Date.parse(foreseeEnd({ ...state, tasks, spans }, now).end ?? '') - now;
  };
  expect(span(1_000)).toBeGreaterThan(span(100));
});
