import { expect, test } from 'vitest';
import type { JournalEvent, RunEvent } from '../model/event/event.ts';
import { lastWork } from './last-work.ts';

const task = 1;

function pushed(head: string): RunEvent {
  return { type: 'push-done', task, head };
}

function updated(head: string): RunEvent {
  return { type: 'update-done', task, onto: 'base', head, byRule: [] };
}

function resolved(head: string): RunEvent {
  return { type: 'resolve-done', task, onto: 'base', head, files: [], notes: [] };
}

const planned: RunEvent = {
  ...{ type: 'train-planned', method: 'squash', policy: 'approved', branch: 'main' },
  ...{ cars: [], culprits: [] },
};

function after(...events: readonly RunEvent[]): string | undefined {
  const at = '2026-03-02T12:00:00.000Z';
  return lastWork(
    events.map((event, index): JournalEvent => ({ ...event, seq: index + 1, at, run: 'run-1' })),
  ).get(task);
}

test.for<[string, string, readonly RunEvent[]]>([
  ['what a run publishes', 'b', [pushed('a'), pushed('b')]],
  ['not the base that was merged in', 'a', [pushed('a'), updated('b'), pushed('b')]],
  ['what was resolved', 'b', [pushed('a'), resolved('b'), pushed('b')]],
  [
    'what was resolved, also when the base moved on before it was pushed',
    'b',
    [pushed('a'), resolved('b'), updated('c'), pushed('c')],
  ],
  ['not what was resolved and never pushed', 'a', [pushed('a'), resolved('b')]],
  [
    'not what an earlier train resolved and never pushed',
    'a',
    [pushed('a'), resolved('b'), planned, updated('c'), pushed('c')],
  ],
  ['what a later round adds', 'c', [pushed('a'), updated('b'), pushed('b'), pushed('c')]],
])('the work of a branch is %s', ([, work, events]) => {
  expect(after(...events)).toBe(work);
});
