import { answerQuestion, listQuestions } from '../../app/steer/answer-question.ts';
import { displayIssue } from '../../model/issue/issue.ts';
import { exitCodes } from '../../model/state/run-status.ts';
import { toldQuestions } from '../../model/state/question-state.ts';
import { plainJson } from '../../model/text/plain-text.ts';
import { UserError } from '../../model/user-error.ts';
import { shellWord } from '../../reporting/shell-word.ts';
import { askedWords, lateWords, takenWords } from '../../reporting/words/question-words.ts';
import type { CommandContext } from '../command-context.ts';
import { readWords } from '../read-words.ts';

export type AnswerParams = {
  readonly issue: string;
  /** Null: all that wait are listed. */
  readonly question: number | null;
  /** The words of the answer; `-`: they come on standard input. */
  readonly words: readonly string[];
  readonly isJson: boolean;
};

/** `flotilla answer <issue> [id] [text]`: lists what agents ask, or answers one of them. */
export async function answer(params: AnswerParams, context: CommandContext): Promise<number> {
  const { issue, question, words, isJson } = params;
  if (question === null) return list(issue, isJson, context);
  if (words.length === 0) throw new UserError({ code: 'answer-unfit', why: 'empty' });
  const text = await readWords(words, context);
  const outcome = await answerQuestion({ issue, question, text }, context);
  if (outcome.kind === 'taken') {
    context.stdout.write(`${takenWords(outcome.question)}\n`);
    return exitCodes.succeeded;
  }
  context.stderr.write(`${lateWords(outcome.question)}\n`);
  return exitCodes.other;
}

async function list(issue: string, isJson: boolean, context: CommandContext): Promise<number> {
  const { state, questions } = await listQuestions(issue, context);
  if (isJson) {
    context.stdout.write(`${plainJson(toldQuestions(questions))}\n`);
    return exitCodes.succeeded;
  }
  const name = shellWord(displayIssue(state.issue));
  const lines = questions.flatMap((one) => [
    `${one.question}  task ${one.task}: ${askedWords(one)}`,
    `   flotilla answer ${name} ${one.question} ${shellWord(one.options[0] ?? 'your answer')}`,
  ]);
  context.stdout.write(
    lines.length === 0
      ? `No agent of ${state.run} waits for an answer.\n`
      : `${lines.join('\n')}\n`,
  );
  return exitCodes.succeeded;
}
