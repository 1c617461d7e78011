import { makeMailbox, type Mailbox } from '../questions/mailbox.ts';
import type { Services } from '../services/run-services.ts';
import type { FollowQuestionsParams } from './follow-questions.ts';

/** Makes an attempt's mailbox; null when agents may not ask, or when it cannot be made, which is no reason not to begin. */
export async function openMailbox(
  { record, settings }: Services<'record' | 'settings'>,
  { ordinal, attempt, directory }: FollowQuestionsParams,
): Promise<Mailbox | null> {
  if (settings.questionPatienceSeconds === 0) return null;
  try {
    return await makeMailbox(directory);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    record.record({ type: 'mailbox-failed', task: ordinal, attempt, what: 'make', message });
    return null;
  }
}
