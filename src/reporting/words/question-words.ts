import type { AnswerRefusal } from '../../model/event/answer-refusal.ts';
import type {
  MailboxFailed,
  QuestionAsked,
  QuestionsRefused,
} from '../../model/event/attempt-event.ts';
import type {
  QuestionAnswered,
  QuestionExpired,
  ReplyIntended,
} from '../../model/event/run-event.ts';
import type { QuestionState } from '../../model/state/question-state.ts';
import { plainText } from '../../model/text/plain-text.ts';

const mostChars = 500;

/** What an agent asks, in one line, with what it offers. */
export function askedWords({ text, options }: Pick<QuestionAsked, 'text' | 'options'>): string {
  const offered = options.length === 0 ? '' : ` (${options.map(shown).join(' / ')})`;
  return `${shown(text)}${offered}`;
}

export function askingWords(event: QuestionAsked | QuestionsRefused | MailboxFailed): string {
  switch (event.type) {
    case 'question-asked':
      return `? asks (question ${event.question}): ${askedWords(event)}`;
    case 'questions-refused':
      return `asked ${event.asked} times: nothing more that it asks is shown, and it is told to continue by itself`;
    case 'mailbox-failed':
      return `! ${failedWords[event.what]}: ${shown(event.message)}`;
  }
}

const failedWords = {
  make: 'its agent cannot ask',
  read: 'something that its agent asks cannot be read',
  answer: 'an answer could not be brought to its agent, which goes on without',
} as const;

export function answerWords(event: QuestionAnswered | QuestionExpired | ReplyIntended): string {
  switch (event.type) {
    case 'question-answered':
      return `question ${event.question} is answered by ${shown(event.by)}: ${shown(event.text)}`;
    case 'question-expired':
      return `question ${event.question} was not answered in time: its agent continues by its own judgement`;
    case 'reply-intended':
      return `a comment of ${shown(event.by)} on #${event.number} was not taken: ${event.refused.map(refusalWords).join('; ')}`;
  }
}

function refusalWords({ question, why }: AnswerRefusal): string {
  const reasons: Record<AnswerRefusal['why'], string> = {
    'not-permitted': 'its author may not write to the repository',
    unclear: 'it names no question',
    unknown: `there is no question ${question}`,
    closed: `question ${question} waits no more`,
    empty: `it has no answer to question ${question}`,
    long: `its answer to question ${question} is too long`,
  };
  return reasons[why];
}

/** To somebody who has answered. */
export function takenWords({ question, task }: QuestionState): string {
  return `Question ${question} is answered; task ${task} goes on.`;
}

/** To somebody whose answer comes too late: who was faster, or why nobody waits any more. */
export function lateWords({ question, state, answer: given, task }: QuestionState): string {
  switch (state) {
    case 'answered':
      return `Question ${question} was already answered by ${plainText(given?.by ?? '', 100)}: ${shown(given?.text ?? '')}`;
    case 'expired':
      return `Question ${question} has waited too long: its agent continues by its own judgement, and says in the pull request what it assumed.`;
    default:
      return `Nobody waits for question ${question} any more: the agent of task ${task} has ended.`;
  }
}

function shown(text: string): string {
  return plainText(text, mostChars);
}
