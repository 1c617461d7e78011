import { expect, test } from 'vitest';
import { sampleEvents, type Sample } from '../../../test/rig/sample-run.ts';
import type { JournalEvent, RunEvent } from '../event/event.ts';
import type { RunSettings } from '../options/run-settings.ts';
import { foldRun } from './fold-run.ts';
import { countTasks, runExitCode, runStatus } from './run-status.ts';
import type { RunState } from './run-state.ts';

/** A sample run, and then more events, a minute apart. */
function runWith(sample: Sample, ...more: readonly RunEvent[]): RunState {
  const events = sampleEvents(sample);
  const last = Date.parse(events.at(-1)?.at ?? '');
  const added = more.map((event, index) => ({
    ...event,
    ...{ seq: events.length + index + 1, run: events[0]?.run ?? '' },
    at: new Date(last + (index + 1) * 60_000).toISOString(),
  }));
  return foldRun([...events, ...added] as JournalEvent[]) as RunState;
}

const going: Sample = { tasks: [{ outcome: 'running' }, { outcome: 'queued' }], ended: null };
const set = (settings: object): RunEvent => ({ type: 'settings-changed', settings });
const pause: RunEvent = { type: 'pause-requested' };
const goOn: RunEvent = { type: 'continue-requested' };
const limited: RunEvent = {
  ...{ type: 'run-paused', reason: 'provider-limited', message: 'Limit', until: null },
};

function resumed({ settings }: RunState, given: RunSettings['given']): RunEvent {
  return {
    ...{ type: 'run-resumed', base: { branch: 'main', sha: 'b'.repeat(40) }, only: null },
    settings: { ...settings, given },
    orchestrator: { pid: 1, startTime: '1', bootId: '1' },
  };
}

test('a changed setting holds at once, and printed commands have it', () => {
  const { settings, changedSettings } = runWith(going, set({ maxWorkers: 2, maxCostUsd: 5 }));
  expect(settings).toMatchObject({ maxWorkers: 2, maxCostUsd: 5, timeoutSeconds: 1800 });
  expect(settings.given).toMatchObject({ maxWorkers: 2, maxCostUsd: 5 });
  expect(changedSettings).toEqual({ maxWorkers: 2, maxCostUsd: 5 });
});

test('a later start keeps what was changed, but for what it was given itself', () => {
  const changes = set({ maxWorkers: 2, maxCostUsd: 5 });
  const state = runWith(going, changes);
  const kept = runWith(going, changes, resumed(state, { maxWorkers: 2, maxCostUsd: 5 }));
  expect(kept.changedSettings).toEqual({ maxWorkers: 2, maxCostUsd: 5 });
  const other = runWith(going, changes, resumed(state, { maxWorkers: 4, maxCostUsd: 5 }));
  expect(other.changedSettings).toEqual({ maxCostUsd: 5 });
});

test('a pause that somebody asked for is neither ended by a provider nor by another start', () => {
  const state = runWith(going);
  expect(runStatus(runWith(going, pause), true)).toBe('paused');
  const both = runWith(going, pause, limited, { type: 'run-continued' });
  expect([both.isPauseAsked, runStatus(both, true)]).toEqual([true, 'paused']);
  expect(runWith(going, pause, resumed(state, {})).isPauseAsked).toBe(true);
  expect(runStatus(runWith(going, pause, goOn), true)).toBe('running');
  expect(runStatus(runWith(going, limited, pause, goOn), true)).toBe('paused');
});

test('the time of such a pause is known, and the time between two starts is no part of it', () => {
  const state = runWith(going);
  const reasons = runWith(going, pause, goOn, limited).pauses;
  expect(reasons.map(({ reason, to }) => [reason, to !== null])).toEqual([
    ['asked', true],
    ['provider-limited', false],
  ]);
  const [first, second] = runWith(going, pause, resumed(state, {})).pauses;
  expect([first?.to, second?.to]).toEqual([first?.from, null]);
});

test('what is over is not paused any more', () => {
  const end = (how: 'finished' | 'interrupted'): RunEvent => ({ type: 'run-ended', how });
  expect(runWith(going, pause, end('finished')).isPauseAsked).toBe(false);
  expect(runWith(going, pause, end('interrupted')).isPauseAsked).toBe(true);
});

test('a skipped task counts as neither failed nor succeeded', () => {
  const tasks = [{ outcome: 'completed' }, { outcome: 'skipped' }] as const;
  const state = runWith({ tasks });
  expect(countTasks(state)).toEqual({ total: 1, succeeded: 1, failed: 0, open: 0 });
  expect([runStatus(state, false), runExitCode(state)]).toEqual(['succeeded', 0]);
});

test('a task that began before the request was written is not skipped', () => {
  const state = runWith(going, { type: 'skip-requested', task: 1 });
  expect(state.tasks[0]).toMatchObject({ status: 'running', isSkipRequested: false });
});

test('a task that begins after all is no longer asked to be skipped', () => {
  const begun: RunEvent = {
    ...{ type: 'attempt-intended', task: 2, attempt: 1, agent: 'claude', why: 'first' },
    ...{ directory: '/attempts/2-1', resumes: null },
  };
  const asked = runWith(going, { type: 'skip-requested', task: 2 });
  expect(asked.tasks[1]?.isSkipRequested).toBe(true);
  const state = runWith(going, { type: 'skip-requested', task: 2 }, begun);
  expect(state.tasks[1]).toMatchObject({ status: 'running', isSkipRequested: false });
});

test('a skipped task that is taken up again is in its first round', () => {
  const state = runWith(
    { tasks: [{ outcome: 'skipped' }], ended: null },
    { type: 'task-retried', task: 1, why: 'asked', isFresh: false },
  );
  expect(state.tasks[0]).toMatchObject({ status: 'queued', lastFailure: null });
  expect(state.tasks[0]?.rounds).toMatchObject([{ began: 'first', outcome: null }]);
});
