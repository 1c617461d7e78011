import { existsSync } from 'node:fs';
import { notAnswered } from '../../attempts/follow-questions.ts';
import { watchMailbox } from '../../attempts/watch-mailbox.ts';
import { mailboxOf, makeMailbox, type Mailbox, type Reply } from '../../questions/mailbox.ts';
import type { Services } from '../../services/run-services.ts';

/** Where a control asks, and is answered at once: nobody is there for work that is thrown away. */
export type ControlMailbox = {
  readonly mailbox: Mailbox;
  /** What its agent finds in its environment. */
  readonly variables: Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
};

/**
 * Makes the mailbox of a control. A question that people answered the first time gets the same answer, any other none, so
 * that the same work is measured and no waiting. Null where the first agent could not ask: its prompt says so.
 */
export async function openControlMailbox(
  { record }: Services<'record'>,
  { ordinal, directory }: { readonly ordinal: number; readonly directory: string },
): Promise<ControlMailbox | null> {
  const first = record.task(ordinal).attempts[0]?.directory ?? '';
  if (!existsSync(mailboxOf(first).directory)) return null;
  const mailbox = await makeMailbox(directory);
  const replyTo = (asked: string): Reply => {
    const { questions } = record.state();
    const same = questions.find(({ task, text }) => task === ordinal && text === asked);
    return same?.answer == null ? notAnswered : { kind: 'answered', text: same.answer.text };
  };
  const taken: string[] = [];
  const watch = watchMailbox(mailbox, {
    taken: () => taken,
    take: ({ key, text }) => {
      taken.push(key);
      void watch.bring(key, replyTo(text));
    },
    // Its agent goes on by itself, and nothing but time is kept of what it does.
    onTooMany: () => undefined,
    onFailure: () => undefined,
  });
  return { mailbox, variables: { FLOTILLA_ASK: mailbox.ask }, close: watch.close };
}
