import { expect, test } from 'vitest';
import { sampleEvents, type Sample } from '../../../test/rig/sample-run.ts';
import { advanceRun, foldRun } from '../../model/state/fold-run.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { eventLine, sessionLogLine } from './event-lines.ts';

function linesOf(sample: Sample): string[] {
  let state: RunState | null = null;
  const lines: string[] = [];
  for (const event of sampleEvents(sample)) {
    state = advanceRun(state, event);
    const line = eventLine(state, event);
    if (line !== null) lines.push(line);
  }
  return lines;
}

test('the life of a task is shown in order, one line per event', () => {
  const lines = linesOf({ tasks: [{ outcome: 'completed', title: 'Cart API' }] });
  expect(lines).toEqual([
    '12:00:00  run     started local#1 on main (bbbbbbb), claude, up to 5 agents: Shopping cart',
    '12:00:01  run     planned 1 task',
    '12:00:04  run     ✓ the base passes its 1 check',
    '12:00:09  task 1  sub-issue #101  Cart API',
    '12:00:11  task 1  ● agent claude started  Cart API',
    '12:00:13  task 1  implementation: edited src/part-1.js',
    '12:01:06  task 1  agent exited (0) after 55s',
    '12:01:06  task 1  1 commit, 1 file (+12 -3)',
    '12:01:09  task 1  ✓ check test passed (3s)',
    '12:01:09  task 1  ✓ verified',
    '12:01:10  task 1  pushed 1111111',
    '12:01:11  task 1  opened pull request #201',
    '12:01:11  task 1  ✓ completed  Cart API',
    '12:01:16  run     finished: 1 of 1 task succeeded',
  ]);
});

test('a failure is shown with its type', () => {
  expect(linesOf({ tasks: [{ outcome: 'failed' }] })).toContain(
    '12:01:11  task 1  ✗ failed, TEST_FAILURE: npm test ended with exit code 1  Build part 1',
  );
});

test('hostile text stays on its line and commands nothing', () => {
  const title = 'a\nb\u001b[2J\u202e\u0007';
  const message = 'lost\r\n\u001b]8;;http://x\u0007it';
  const lines = linesOf({
    title,
    tasks: [{ outcome: 'failed', title, failure: { reason: 'agent-failed', message } }],
  });
  expect(lines.join('')).not.toMatch(/[\p{Cc}\u202e]/u);
  expect(lines.some((line) => line.includes('agent-failed: lost it  a b'))).toBe(true);
});

test('the session log has whole times, the terminal those of its time zone', () => {
  const events = sampleEvents({});
  const state = foldRun(events) as RunState;
  const last = events.at(-1)!;
  expect(sessionLogLine(state, last)).toBe(`${last.at}  run     finished: 2 of 3 tasks succeeded`);
  expect(eventLine(state, last, 'Asia/Tokyo')).toMatch(/^21:03:18 {2}run/u);
});

test('what an agent says every few seconds is not worth a line', () => {
  const events = sampleEvents({});
  const state = foldRun(events) as RunState;
  const heartbeat = events.find(({ type }) => type === 'heartbeat')!;
  expect(eventLine(state, heartbeat)).toBeNull();
  expect(sessionLogLine(state, heartbeat)).toBeNull();
});

test('times in a line are those of its reader, with the day where it is another one', () => {
  const state = foldRun(sampleEvents({})) as RunState;
  const at = '2026-03-02T12:30:00.000Z';
  const until = (time: string): string | null =>
    eventLine(
      state,
      {
        ...{ type: 'run-paused', reason: 'unapproved', message: '#6 is not approved yet' },
        ...{ until: time, seq: 99, at, run: 'run-1' },
      },
      'Asia/Tokyo',
    );
  expect(until('2026-03-02T13:00:00.123Z')).toContain('until 22:00:00 at most');
  expect(until('2026-03-02T16:00:00.000Z')).toContain('until 2026-03-03 01:00:00 at most');
});

test('what somebody wants of a run while it goes on is shown, with how a pause ends', () => {
  const tasks = [{ outcome: 'completed' }, { outcome: 'skipped', title: 'Cart page' }] as const;
  const lines = linesOf({ tasks, isSteered: true, source: 'my issue.md' });
  expect(lines).toEqual(
    expect.arrayContaining([
      '12:00:09  task 2  skipped: this run leaves it out  Cart page',
      '12:00:20  run     changed: --max-workers 3 --timeout 60',
      "12:00:21  run     paused on request: nothing new starts. Continue with: flotilla continue 'my issue.md'",
      '12:00:51  run     asked to continue',
      '12:01:16  run     finished: 1 of 1 task succeeded',
    ]),
  );
});

test('the pull request that takes merged work back has one line', () => {
  const lines = linesOf({ tasks: [{ outcome: 'completed' }], isUndone: true });
  expect(lines.filter((line) => line.includes('undo'))).toEqual([
    '12:15:01  run     #301 undoes task 1 once it is merged: 1 commit reverted',
  ]);
});
