import { userInfo } from 'node:os';
import { openQuestions, type QuestionState } from '../../model/state/question-state.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { UserError } from '../../model/user-error.ts';
import { deliver, mailboxOf } from '../../questions/mailbox.ts';
import { findPlace, findRun } from '../place/find-place.ts';
import { fitWords } from './fit-words.ts';
import { steer, type Where } from './steer-run.ts';

/** What came of an answer; `late`: somebody was faster, nobody waits any more, or it has waited too long. */
export type AnswerOutcome = {
  readonly kind: 'taken' | 'late';
  readonly question: QuestionState;
};

/** The questions of a run that wait for a person. */
export async function listQuestions(
  issue: string | undefined,
  { directory, env }: Where,
): Promise<{ readonly state: RunState; readonly questions: readonly QuestionState[] }> {
  const { journal, state } = await findRun(await findPlace(directory, env), issue);
  journal.close();
  return { state, questions: openQuestions(state.questions) };
}

export type AnswerParams = {
  readonly issue: string;
  /** The run whose question was seen; left out: the newest of the issue. */
  readonly run?: string;
  readonly question: number;
  readonly text: string;
};

/**
 * Answers a question, from any process. The answer is written to the journal, where the first one counts; then it is
 * brought to the agent at once, whether an orchestrator lives or not.
 */
export async function answerQuestion(params: AnswerParams, where: Where): Promise<AnswerOutcome> {
  const { issue, question } = params;
  const text = fitWords(params.text);
  const by = userInfo().username;
  const { state, seq } = await steer(issue, where, ({ run, questions: all }) => {
    // The same number in a later run is another question.
    const questions = run === (params.run ?? run) ? all : [];
    const found = questions.find((one) => one.question === question);
    const known = openQuestions(questions).map((one) => one.question);
    if (found === undefined) throw new UserError({ code: 'no-such-question', question, known });
    return found.state === 'open' ? { type: 'question-answered', question, text, by } : null;
  });
  const now = state.questions.find((one) => one.question === question);
  if (now === undefined) throw new Error(`The run has lost its question ${question}`);
  if (seq === null || now.answer?.seq !== seq) return { kind: 'late', question: now };
  const attempt = state.tasks
    .find(({ ordinal }) => ordinal === now.task)
    ?.attempts.find((one) => one.attempt === now.attempt);
  if (attempt !== undefined)
    // Where it cannot be written, the orchestrator tries again; the journal has the answer.
    await deliver(mailboxOf(attempt.directory), now.key, { kind: 'answered', text }).catch(
      () => undefined,
    );
  return { kind: 'taken', question: now };
}
