import { expect, test } from 'vitest';
import type { RunEvent } from '../event/event.ts';
import { advanceReplies, type ReplyState } from './reply-state.ts';

function fold(events: readonly RunEvent[]): readonly ReplyState[] {
  return events.reduce<readonly ReplyState[]>(
    (replies, event, index) =>
      advanceReplies(replies, {
        ...event,
        ...{ seq: index + 1, at: '2026-03-02T12:00:00.000Z', run: 'run-1' },
      }),
    [],
  );
}

const intended = (comment: number, version: string): RunEvent => ({
  ...{ type: 'reply-intended', comment, version, number: 1, by: 'ann' },
  refused: [{ question: null, why: 'unclear' }],
});

test('a comment has one reply, which is due again when the comment was edited', () => {
  const done = [intended(7, 'one'), { type: 'reply-done', comment: 7 }] as const;
  expect(fold([...done, intended(8, 'one')])).toMatchObject([
    { comment: 7, version: 'one', isDone: true },
    { comment: 8, isDone: false },
  ]);
  expect(fold([...done, intended(7, 'two')])).toMatchObject([
    { comment: 7, version: 'two', isDone: false },
  ]);
});
