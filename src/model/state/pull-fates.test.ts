import { expect, test } from 'vitest';
import type { RunEvent } from '../event/event.ts';
import { advanceFate, countFates } from './pull-fates.ts';
import type { PullFate } from './task-state.ts';

const opened: RunEvent = { type: 'pull-request-done', task: 1, number: 7, url: 'u' };
const merged: RunEvent = { type: 'merge-done', task: 1, sha: 's', by: 'us' };
const pushed: RunEvent = { type: 'head-seen', task: 1, head: 'h' };

function fateOf(...events: readonly RunEvent[]): { readonly fate: PullFate | null } {
  const fate = events.reduce<PullFate | null>(
    (before, event, seq) => advanceFate(before, { ...event, seq, at: '', run: 'r' }),
    null,
  );
  return { fate };
}

function leftFor(reason: 'conflict' | 'closed' | 'not-approved'): RunEvent {
  return { type: 'merge-left', task: 1, reason, message: '', with: [], files: [] };
}

test('pull requests merged as opened are counted apart from changed ones', () => {
  const updated: RunEvent = { type: 'update-done', task: 1, onto: 'b', head: 'h', byRule: [] };
  const fates = countFates([
    fateOf(opened, merged),
    // Brought up to the base by us: nobody had to change anything.
    fateOf(opened, updated, merged),
    fateOf(opened, pushed, merged),
    fateOf(opened, leftFor('conflict'), merged),
    fateOf(opened),
    fateOf(opened, leftFor('not-approved')),
    fateOf(opened, leftFor('closed')),
    fateOf(),
  ]);
  expect(fates).toEqual({
    ...{ opened: 7, merged: 4, unchanged: 2, reworked: 2, closed: 1 },
    judged: 5,
  });
});

test('what happened before it was opened is no rework', () => {
  expect(fateOf(pushed, opened, merged).fate).toMatchObject({ isReworked: false });
});

test('one that was closed, and merged after all, is merged', () => {
  const { fate } = fateOf(opened, leftFor('closed'), merged);
  expect(fate).toMatchObject({ isMerged: true, isClosed: false });
});
