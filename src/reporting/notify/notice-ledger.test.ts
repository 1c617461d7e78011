import { expect, test } from 'vitest';
import type { JournalEvent, RunEvent } from '../../model/event/event.ts';
import type { Notice, NoticeKind } from '../../model/notification/notice.ts';
import { messagesFor } from './messages-for.ts';
import { advanceLedger, dueOf, emptyLedger, withHeld, type NoticeLedger } from './notice-ledger.ts';

function sample(key: string, ...kinds: readonly NoticeKind[]): Notice {
  return {
    ...{ key, kinds: kinds.length === 0 ? ['failed'] : kinds, task: 1, title: `title ${key}` },
    ...{ text: `text ${key}`, link: null, command: 'flotilla logs local#1 1', run: 'r' },
    ...{ issue: 'local#1', at: '2026-03-02T13:00:00.000Z' },
  };
}

/** The ledger after these: a key for an event that says something, or an event that says nothing. */
function after(...steps: readonly (string | RunEvent)[]): NoticeLedger {
  return steps.reduce((ledger: NoticeLedger, step) => {
    const event = typeof step === 'string' ? { type: 'run-continued' as const } : step;
    const notice = typeof step === 'string' ? sample(step) : null;
    return advanceLedger(ledger, event as JournalEvent, notice);
  }, emptyLedger);
}

const waiting = (ledger: NoticeLedger): string[] => ledger.waiting.map(({ key }) => key);
const intended = (...keys: readonly string[]): RunEvent => ({ type: 'notice-intended', keys });
const ended: RunEvent = { type: 'run-ended', how: 'finished' };
const resumed = { type: 'run-resumed' } as unknown as RunEvent;

test('the same thing waits once, and never again once it was sent', () => {
  expect(waiting(after('a', 'b', 'a'))).toEqual(['a', 'b']);
  expect(waiting(after('a', 'b', intended('a'), 'a'))).toEqual(['b']);
  expect(waiting(after('a', intended('a'), resumed, 'a'))).toEqual([]);
});

test('what an orchestrator that died had left waits for the next one; after an end nothing does', () => {
  expect(waiting(after('a', resumed))).toEqual(['a']);
  expect(waiting(after('a', ended, resumed, 'b'))).toEqual(['b']);
  expect(after('a', ended, resumed, ended).ends).toBe(2);
});

test('what was held back is summed up in one, and what comes later stands by itself', () => {
  const held = withHeld(after('a', 'b'));
  const ledger = advanceLedger(held, { type: 'run-continued' } as JournalEvent, sample('c'));
  expect(dueOf(ledger, () => false)).toEqual({ fresh: [], late: [] });
  const due = dueOf(ledger, () => true);
  const [sum, later, ...others] = messagesFor({}, due);
  expect(others).toEqual([]);
  expect(sum).toMatchObject({
    ...{ title: 'local#1: 2 things happened meanwhile', task: null },
    ...{ text: 'title a: text a\ntitle b: text b', command: 'flotilla status local#1' },
  });
  expect(later).toEqual(sample('c'));
});

test('a sink gets the kinds that it is for, in a sum as well', () => {
  const late = [sample('a', 'failed'), sample('b', 'run-done', 'needs-person')];
  const due = { fresh: [sample('c', 'stalled')], late };
  expect(messagesFor({ on: ['needs-person'] }, due)).toEqual([late[1]]);
  expect(messagesFor({ on: ['stalled', 'phase-done'] }, due)).toEqual(due.fresh);
  expect(messagesFor({ on: ['phase-done'] }, due)).toEqual([]);
});

test('a sum of many names the first ones and counts the rest', () => {
  const late = Array.from({ length: 30 }, (_, index) => sample(`${index}`));
  const [sum] = messagesFor({}, { fresh: [], late });
  expect(sum?.text.split('\n')).toHaveLength(13);
  expect(sum?.text).toMatch(/and 18 more$/u);
});
