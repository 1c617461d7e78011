import type { JournalEvent } from '../event/event.ts';
import type { ReplyIntended } from '../event/run-event.ts';

/** What the forge shows in reply to a comment. */
export type ReplyState = Omit<ReplyIntended, 'type'> & {
  /** Whether it is there. */
  readonly isDone: boolean;
};

/** The replies of a run after one more event of it, one for each comment. */
export function advanceReplies(
  replies: readonly ReplyState[],
  event: JournalEvent,
): readonly ReplyState[] {
  switch (event.type) {
    case 'reply-intended': {
      const { comment, version, number, by, refused } = event;
      const others = replies.filter((one) => one.comment !== comment);
      return [...others, { comment, version, number, by, refused, isDone: false }];
    }
    case 'reply-done':
      return replies.map((one) => (one.comment === event.comment ? { ...one, isDone: true } : one));
    default:
      return replies;
  }
}
