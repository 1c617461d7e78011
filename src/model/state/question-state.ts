import type { JournalEvent } from '../event/event.ts';

/** A question of an agent, folded from its events. */
export type QuestionState = {
  /** Counts the run's questions; the first is 1. */
  readonly question: number;
  readonly task: number;
  readonly attempt: number;
  /** What it is called in the attempt's mailbox. */
  readonly key: string;
  readonly text: string;
  readonly options: readonly string[];
  readonly askedAt: string;
  /** The first answer; null while there is none. */
  readonly answer: {
    readonly text: string;
    readonly by: string;
    readonly seq: number;
    /** The forge's comment that it came by; null where it was given on this machine. */
    readonly comment: { readonly id: number; readonly version: string } | null;
  } | null;
  /** `gone`: its agent has ended without an answer. */
  readonly state: 'open' | 'answered' | 'expired' | 'gone';
  /** When it came to its end; null while it is open. */
  readonly closedAt: string | null;
};

/** The questions of a run after one more event of it. */
export function advanceQuestions(
  questions: readonly QuestionState[],
  event: JournalEvent,
): readonly QuestionState[] {
  switch (event.type) {
    case 'question-asked': {
      const { question, task, attempt, key, text, options, at } = event;
      const asked = { question, task, attempt, key, text, options, askedAt: at };
      return [...questions, { ...asked, answer: null, state: 'open', closedAt: null }];
    }
    case 'question-answered': {
      const { question, text, by, seq, comment = null } = event;
      return close(questions, event, (one) => one.question === question, {
        ...{ state: 'answered', answer: { text, by, seq, comment } },
      });
    }
    case 'question-expired':
      return close(questions, event, (one) => one.question === event.question, {
        state: 'expired',
      });
    case 'attempt-ended': {
      const { task, attempt } = event;
      return close(questions, event, (one) => one.task === task && one.attempt === attempt, {
        state: 'gone',
      });
    }
    default:
      return questions;
  }
}

function close(
  questions: readonly QuestionState[],
  { at }: JournalEvent,
  isMeant: (question: QuestionState) => boolean,
  end: Pick<QuestionState, 'state'> & Partial<QuestionState>,
): readonly QuestionState[] {
  const isOpen = (one: QuestionState): boolean => one.state === 'open' && isMeant(one);
  if (!questions.some(isOpen)) return questions;
  return questions.map((one) => (isOpen(one) ? { ...one, ...end, closedAt: at } : one));
}

/** Those that wait for a person. */
export function openQuestions(questions: readonly QuestionState[]): QuestionState[] {
  return questions.filter(({ state }) => state === 'open');
}

/** A question as scripts read it. */
export type ToldQuestion = Pick<QuestionState, 'task' | 'text' | 'options' | 'askedAt'> & {
  readonly id: number;
};

/** The questions that wait for a person, as scripts read them. */
export function toldQuestions(questions: readonly QuestionState[]): ToldQuestion[] {
  return openQuestions(questions).map(({ question, task, text, options, askedAt }) => ({
    ...{ id: question, task, text, options, askedAt },
  }));
}
