import { expect, test } from 'vitest';
import { sampleEvents, sampleFinding, type Sample } from '../../../test/rig/sample-run.ts';
import type { JournalEvent } from '../event/event.ts';
import type { TasksAdded } from '../event/run-event.ts';
import { foldRun } from './fold-run.ts';
import type { RunState } from './run-state.ts';
import { runStatus } from './run-status.ts';

const finished: Sample = { tasks: [{ outcome: 'completed' }, { outcome: 'completed' }] };

function after(sample: Sample, ...added: readonly TasksAdded[]): RunState {
  const events = sampleEvents(sample);
  const last = events.at(-1)!;
  const more = added.map((event, index): JournalEvent => {
    const { at, run, seq } = last;
    return { ...event, at, run, seq: seq + index + 1 };
  });
  return foldRun([...events, ...more]) as RunState;
}

function adding(ordinal: number, title: string): TasksAdded {
  const { plan } = foldRun(sampleEvents(finished)) as RunState;
  const [task] = plan?.tasks ?? [];
  return {
    type: 'tasks-added',
    tasks: [{ ...task!, ordinal, title, stackOn: 1 }],
    phases: plan?.phases ?? [],
    findings: [sampleFinding({ tasks: [1, ordinal] }), sampleFinding({ tasks: [1, 2] })],
    digest: { items: [{ ordinal, digest: title }], common: '', background: '' },
  };
}

test('a run that is over has something to do again, and what it had stays as it was', () => {
  const before = after(finished);
  const state = after(finished, adding(3, 'Till'));
  expect(runStatus(before, false)).toBe('succeeded');
  expect(runStatus(state, false)).toBe('interrupted');
  expect(state.tasks.slice(0, 2)).toEqual(before.tasks);
  expect(state.tasks[2]).toMatchObject({ ordinal: 3, title: 'Till', status: 'queued' });
  expect(state.plan?.tasks.at(-1)).toMatchObject({ ordinal: 3, stackOn: 1 });
  expect(state.plan?.order.at(-1)).toBe(3);
  expect(state.added).toEqual([3]);
  expect(state.findings.map(({ tasks }) => tasks)).toEqual([[1, 3]]);
});

test('of a task that was added twice, the first counts', () => {
  const once = after(finished, adding(3, 'Till'));
  const twice = after(finished, adding(3, 'Till'), adding(3, 'Lamp'));
  expect(twice.tasks).toEqual(once.tasks);
  expect(twice.issueDigest).toEqual(once.issueDigest);
});

test('it is one of those that were chosen, where only some were', () => {
  const state = after({ ...finished, only: [1] }, adding(3, 'Till'));
  expect(state.only).toEqual([1, 3]);
});
