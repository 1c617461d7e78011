import type { AnswerRefusal } from '../../model/event/answer-refusal.ts';
import { openQuestions } from '../../model/state/question-state.ts';
import type { ReplyState } from '../../model/state/reply-state.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { listed } from '../../model/text/listed.ts';
import { codeInNote } from '../../verification/code-in-note.ts';

/** Why answers were not taken, as Markdown for the person who gave them. It calls nobody, and what others wrote is code. */
export function replyText(state: RunState, { refused }: ReplyState): string {
  const lines = refused.map((one) => refusalText(state, one));
  return lines.length === 1 ? (lines[0] ?? '') : lines.map((line) => `- ${line}`).join('\n');
}

function refusalText(state: RunState, { question, why }: AnswerRefusal): string {
  switch (why) {
    case 'not-permitted':
      return 'Only people who may write to this repository can answer questions of agents. The answer was not taken.';
    case 'unclear':
      return `This names no question. Write its number before the answer, as in ${example}. ${waitingText(state)}`;
    case 'unknown':
      return `There is no question ${question} in this run. ${waitingText(state)}`;
    case 'closed':
      return closedText(state, question);
    case 'empty':
      return `The answer to question ${question} is empty. Write it in the same comment, as in ${example}.`;
    case 'long':
      return `The answer to question ${question} is too long: an answer has 10,000 characters at most. It was not taken.`;
  }
}

const example = '`/answer 3 red`';

function closedText({ questions }: RunState, question: number | null): string {
  const found = questions.find((one) => one.question === question);
  if (found?.answer != null) {
    const { by, text } = found.answer;
    return `Question ${question} was already answered by ${codeInNote(by)}: ${codeInNote(text)}. The first answer counts.`;
  }
  return found?.state === 'expired'
    ? `Question ${question} has waited too long: its agent continued by its own judgement, and its pull request says what it assumed.`
    : `The agent that asked question ${question} has ended, so nobody waits for the answer.`;
}

function waitingText({ questions }: RunState): string {
  const open = openQuestions(questions).map(({ question }) => question);
  if (open.length === 0) return 'No question waits for an answer.';
  return `${open.length === 1 ? 'Question' : 'Questions'} ${listed(open)} ${open.length === 1 ? 'waits' : 'wait'} for an answer.`;
}
