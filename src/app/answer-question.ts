import { userInfo } from 'node:os';
import { foldRun } from '../model/state/fold-run.ts';
import { openQuestions, type QuestionState } from '../model/state/question-state.ts';
import type { RunState } from '../model/state/run-state.ts';
import { UserError } from '../model/user-error.ts';
import { isAlive } from '../process/identity.ts';
import { signalQuietly } from '../process/process-tree.ts';
import { deliver, mailboxOf } from '../questions/mailbox.ts';
import type { AppContext } from './user-interface.ts';
import { findRun, findWritablePlace } from './place/find-place.ts';

/** What came of an answer. */
export type AnswerOutcome =
  | { readonly kind: 'taken'; readonly question: QuestionState }
  /** Somebody was faster, nobody waits any more, or it has waited too long. */
  | { readonly kind: 'late'; readonly question: QuestionState };

/** No answer is longer; it is one decision, not a document. */
const mostCharsOfAnswer = 10_000;

type Asking = Pick<AppContext, 'directory' | 'env'>;

/** The questions of a run that wait for a person. */
export async function listQuestions(
  issue: string | undefined,
  { directory, env }: Asking,
): Promise<{ readonly state: RunState; readonly questions: readonly QuestionState[] }> {
  const place = await findWritablePlace(directory, env);
  const { journal, state } = await findRun(place, issue);
  journal.close();
  return { state, questions: openQuestions(state.questions) };
}

/**
 * Answers a question, from any process. The answer is written to the journal, where the first one counts; then it is
 * brought to the agent at once, whether an orchestrator lives or not.
 */
export async function answerQuestion(
  params: { readonly issue: string; readonly question: number; readonly text: string },
  { directory, env }: Asking,
): Promise<AnswerOutcome> {
  const text = params.text.trim();
  if (text === '') throw new UserError({ code: 'answer-unfit', why: 'empty' });
  if (text.length > mostCharsOfAnswer) throw new UserError({ code: 'answer-unfit', why: 'long' });
  const place = await findWritablePlace(directory, env);
  const { journal, state } = await findRun(place, params.issue);
  try {
    const known = openQuestions(state.questions).map(({ question }) => question);
    const before = state.questions.find(({ question }) => question === params.question);
    if (before === undefined)
      throw new UserError({ code: 'no-such-question', question: params.question, known });
    if (before.state !== 'open') return { kind: 'late', question: before };
    const by = userInfo().username;
    const { question } = before;
    const { seq } = journal.append(state.run, { type: 'question-answered', question, text, by });
    const after = foldRun(journal.read(state.run, 0)) ?? state;
    const now = after.questions.find((one) => one.question === question) ?? before;
    const first = [...journal.read(state.run, 0)].find(
      (event) => event.type === 'question-answered' && event.question === question,
    );
    if (first?.seq !== seq) return { kind: 'late', question: now };
    await bring(after, now);
    return { kind: 'taken', question: now };
  } finally {
    journal.close();
  }
}

/** An orchestrator that lives notes that the waiting is over; the agent itself needs none. */
async function bring(
  state: RunState,
  { task, attempt, key, answer }: QuestionState,
): Promise<void> {
  const found = state.tasks
    .find(({ ordinal }) => ordinal === task)
    ?.attempts.find((one) => one.attempt === attempt);
  if (found !== undefined)
    await deliver(mailboxOf(found.directory), key, { kind: 'answered', text: answer?.text ?? '' });
  if (state.ended === null && (await isAlive(state.orchestrator)))
    signalQuietly(state.orchestrator.pid, 'SIGUSR2');
}
