import { existsSync } from 'node:fs';
import type { QuestionState } from '../model/state/question-state.ts';
import { mailboxOf, type Reply } from '../questions/mailbox.ts';
import type { Services } from '../services/run-services.ts';
import { openWaitingNote } from './note-waiting.ts';
import { watchMailbox, type MailboxWatch } from './watch-mailbox.ts';

export type FollowQuestionsParams = {
  readonly ordinal: number;
  readonly attempt: number;
  /** The attempt's own directory. */
  readonly directory: string;
};

/** What an attempt asks people while it is followed. */
export type QuestionsFollowed = {
  /** Whether it waits for a person: then it is not stalled, and its deadline stands still. */
  readonly isWaiting: () => boolean;
  readonly close: () => Promise<void>;
};

/** What an agent learns that nobody has answered. */
export const notAnswered: Reply = {
  kind: 'none',
  text: [
    'Nobody answered in time. Continue by your best judgement, and do not ask this again.',
    'Say what you assumed, in a line of its own of a commit message that begins with "Assumption:".',
  ].join(' '),
};

/**
 * Takes the questions of an attempt out of its mailbox, and brings it the answers that the journal has: what else lies in
 * the mailbox, nobody believes. A question that nobody answers within the patience expires; an orchestrator that takes the
 * attempt over waits as long again.
 */
export function followQuestions(
  services: Services<'record' | 'agents' | 'settings'>,
  params: FollowQuestionsParams,
): QuestionsFollowed {
  const { record } = services;
  const { ordinal, attempt, directory } = params;
  const own = (): QuestionState[] =>
    record.state().questions.filter((one) => one.task === ordinal && one.attempt === attempt);
  const note = openWaitingNote(services, directory);
  const timers = openPatience(services);
  const watch = openWatch(services, { ...params, own });
  let isClosed = false;

  /** Brings an answer, and lets one that is open expire in time. */
  const tend = (question: QuestionState): void => {
    note.update(own());
    const reply = replyTo(question);
    if (reply === null) return timers.begin(question.question);
    timers.end(question.question);
    void watch?.bring(question.key, reply);
  };
  record.listen((event) => {
    const isAsked =
      event.type === 'question-asked' && event.task === ordinal && event.attempt === attempt;
    const isEnd = event.type === 'question-answered' || event.type === 'question-expired';
    if (isClosed || (!isAsked && !isEnd)) return;
    own()
      .filter(({ question }) => question === event.question)
      .forEach(tend);
  });
  // What an orchestrator before us did not get to.
  own().forEach(tend);
  return {
    isWaiting: () => own().some(({ state }) => state === 'open'),
    close: async () => {
      isClosed = true;
      timers.close();
      note.close();
      await watch?.close();
    },
  };
}

/** What an agent gets back for its question; null while it waits. */
function replyTo({ state, answer }: QuestionState): Reply | null {
  if (state === 'answered') return { kind: 'answered', text: answer?.text ?? '' };
  return state === 'open' ? null : notAnswered;
}

/** Null where it has no mailbox. */
function openWatch(
  { record }: Services<'record'>,
  {
    ordinal,
    attempt,
    directory,
    own,
  }: FollowQuestionsParams & { readonly own: () => QuestionState[] },
): MailboxWatch | null {
  const mailbox = mailboxOf(directory);
  if (!existsSync(mailbox.directory)) return null;
  const about = { task: ordinal, attempt };
  return watchMailbox(mailbox, {
    taken: () => own().map(({ key }) => key),
    take: ({ key, text, options }) => {
      const question = record.state().questions.length + 1;
      record.record({ type: 'question-asked', ...about, question, key, text, options });
    },
    onTooMany: () => record.record({ type: 'questions-refused', ...about, asked: own().length }),
    onFailure: (what, message) =>
      record.record({ type: 'mailbox-failed', ...about, what, message }),
  });
}

type Patience = {
  readonly begin: (question: number) => void;
  readonly end: (question: number) => void;
  readonly close: () => void;
};

/** Lets questions expire that nobody answers in time. */
function openPatience({ record, settings }: Services<'record' | 'settings'>): Patience {
  const timers = new Map<number, NodeJS.Timeout>();
  const expire = (question: number): void => {
    const found = record.state().questions.find((one) => one.question === question);
    if (found?.state === 'open') record.record({ type: 'question-expired', question });
  };
  return {
    begin: (question) => {
      if (timers.has(question)) return;
      const ms = settings.questionPatienceSeconds * 1_000;
      timers.set(question, setTimeout(expire, ms, question));
    },
    end: (question) => clearTimeout(timers.get(question)),
    close: () => timers.forEach((timer) => clearTimeout(timer)),
  };
}
