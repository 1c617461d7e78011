import type { ForgeComment } from '../../forge/forge.ts';
import { ForgeError, isPassing } from '../../model/forge-problem.ts';
import type { AnswerRefusal } from '../../model/event/answer-refusal.ts';
import type { ReplyState } from '../../model/state/reply-state.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { answerFault } from '../../questions/fit-answer.ts';
import { readAnswers, type WrittenAnswer } from '../../questions/read-answers.ts';
import type { Services } from '../../services/run-services.ts';
import { replyText } from './reply-text.ts';

/** Reads comments and takes the answers in them, each wording of each comment once. Throws a `ForgeError`. */
export type Hearing = {
  /** Reads what was written since a time, or since the last look. */
  readonly look: (since: string) => Promise<void>;
  /** Sends the replies that are due. */
  readonly reply: () => Promise<void>;
  /** Nothing is asked for now: the next look begins where its own time says. */
  readonly rest: () => void;
};

/** A comment this much older than the question is an answer to an earlier run's; clocks agree to a second or two. */
const slackMs = 5_000;
/** Of one run. Of people who may not answer, no more than these hear of it. */
const [mostReplies, mostStrangers] = [100, 10];

/** Opens a hearing. What it has taken and replied to is in the journal: another orchestrator's goes on from there. */
export function openHearing(services: Services<'record' | 'forge'>): Hearing {
  const { record, forge } = services;
  const seen = new Map<number, string>();
  let from: string | null = null;
  const reply = (): Promise<void> => sendReplies(services);
  return {
    reply,
    rest: () => {
      from = null;
    },
    look: async (since) => {
      const { issue, tasks } = record.state();
      const pulls = tasks.flatMap(({ pullRequest }) => pullRequest?.number ?? []);
      const numbers = [issue.number, ...pulls];
      const read = await forge.readComments({ numbers, since, from });
      for (const comment of read.comments) {
        if (seen.get(comment.id) === comment.version) continue;
        await hear(services, comment);
        seen.set(comment.id, comment.version);
      }
      from = read.next;
      await reply();
    },
  };
}

async function hear(
  { record, forge }: Services<'record' | 'forge'>,
  comment: ForgeComment,
): Promise<void> {
  const answers = readAnswers(comment.body).filter((one) => isNews(record.state(), comment, one));
  if (answers.length === 0 || comment.isProgram) return;
  const { id, version, number, author } = comment;
  const before = record.state().replies.find((one) => one.comment === id);
  if (before?.version === version) return;
  const isPermitted = await forge.mayWrite(author);
  const refused: readonly AnswerRefusal[] = isPermitted
    ? answers.flatMap((answer) => takeAnswer(record, comment, answer) ?? [])
    : [{ question: null, why: 'not-permitted' }];
  if (refused.length === 0 || !mayReply(record.state().replies, { author, isPermitted })) return;
  record.record({
    ...{ type: 'reply-intended', comment: id, version, number, by: author, refused },
  });
}

/** Whether an answer is neither one that was taken from this comment nor meant for a run before this one. */
function isNews(
  { questions, startedAt }: RunState,
  { id, version, at }: ForgeComment,
  { question, text }: WrittenAnswer,
): boolean {
  const found = questions.find((one) => one.question === question);
  const taken = found?.answer?.comment?.id === id ? found.answer : null;
  if (taken?.comment?.version === version || taken?.text === text) return false;
  return Date.parse(at) >= Date.parse(found?.askedAt ?? startedAt) - slackMs;
}

/** Writes an answer down. Null when it is the one that counts; otherwise why it is not. */
function takeAnswer(
  record: Services<'record'>['record'],
  { author, id, version }: ForgeComment,
  { question, text }: WrittenAnswer,
): AnswerRefusal | null {
  if (question === null) return { question, why: 'unclear' };
  const find = (): RunState['questions'][number] | undefined =>
    record.state().questions.find((one) => one.question === question);
  const found = find();
  if (found === undefined) return { question, why: 'unknown' };
  if (found.state !== 'open') return { question, why: 'closed' };
  const why = answerFault(text);
  if (why !== null) return { question, why };
  const { seq } = record.record({
    ...{ type: 'question-answered', question, text, by: author, comment: { id, version } },
  });
  // Somebody may have answered on this machine at the same time.
  return find()?.answer?.seq === seq ? null : { question, why: 'closed' };
}

/** Strangers hear once that they have no say, and never more of them than a few. */
function mayReply(
  replies: readonly ReplyState[],
  { author, isPermitted }: { readonly author: string; readonly isPermitted: boolean },
): boolean {
  if (replies.length >= mostReplies) return false;
  if (isPermitted) return true;
  const strangers = replies.filter(isToStranger);
  return strangers.length < mostStrangers && strangers.every(({ by }) => by !== author);
}

function isToStranger({ refused }: ReplyState): boolean {
  return refused.some(({ why }) => why === 'not-permitted');
}

/** Found again by its key, a reply is never given twice; one that the forge refuses is left out. */
async function sendReplies({ record, forge }: Services<'record' | 'forge'>): Promise<void> {
  for (const due of record.state().replies.filter(({ isDone }) => !isDone)) {
    const { comment, number, by } = due;
    const key = `flotilla:reply:${record.run}:${comment}`;
    try {
      const body = `${replyText(record.state(), due)}\n\n<!-- ${key} -->\n`;
      await forge.ensureAnswer({ number, key, body });
    } catch (error) {
      if (isPassing(error) || !(error instanceof ForgeError)) throw error;
      const message = `The reply to ${by} on #${number} was left out: ${error.message}`;
      record.record({ type: 'unexpected', task: null, message, stack: '' });
    }
    record.record({ type: 'reply-done', comment });
  }
}
