import { setTimeout as delay } from 'node:timers/promises';
import { watchDirectory } from '../files/watch-directory.ts';
import type { QuestionState } from '../model/state/question-state.ts';
import { deliver, listKeys, mailboxOf, readQuestion, type Reply } from '../questions/mailbox.ts';
import type { Services } from '../services/run-services.ts';
import { openWaitingNote } from './note-waiting.ts';

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

/** An attempt that asks more often is not shown to anybody any more. */
const mostQuestions = 20;
/** Between two looks into a mailbox in which something moves; longer when nothing in it is shown any more. */
const [lookMs, refusingLookMs] = [200, 1_000];
/** So many are refused in one look. */
const mostAtOnce = 200;

const refusal =
  'You have asked too often: nobody sees your questions any more. Continue by your own judgement.';

const unreadable =
  'This is no question that anybody can be shown. Ask shorter, or continue by your own judgement.';

const expired = [
  'Nobody answered in time. Continue by your best judgement, and do not ask this again.',
  'Say what you assumed, in a line of its own of a commit message that begins with "Assumption:".',
].join(' ');

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
  const mailbox = mailboxOf(directory);
  const own = (): QuestionState[] =>
    record.state().questions.filter((one) => one.task === ordinal && one.attempt === attempt);
  const note = openWaitingNote(services, directory);
  const timers = openPatience(services);
  const looks = openLooks(services, { ...params, own });
  let isClosed = false;

  /** Brings an answer, and lets one that is open expire in time. */
  const tend = (question: QuestionState): void => {
    note.update(own());
    const reply = replyTo(question);
    if (reply === null) return timers.begin(question.question);
    timers.end(question.question);
    // An attempt that cannot be reached goes on without: no reason to end it.
    void deliver(mailbox, question.key, reply).catch(() => undefined);
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
  const watch = watchDirectory(mailbox.questions, looks.soon);
  // What an orchestrator before us did not get to.
  own().forEach(tend);
  looks.soon();
  return {
    isWaiting: () => own().some(({ state }) => state === 'open'),
    close: async () => {
      isClosed = true;
      watch.close();
      timers.close();
      note.close();
      await looks.close();
    },
  };
}

function replyTo({ state, answer }: QuestionState): Reply | null {
  if (state === 'answered') return { kind: 'answered', text: answer?.text ?? '' };
  return state === 'open' ? null : { kind: 'none', text: expired };
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

type Looks = {
  /** Looks into the mailbox, soon; once for all that calls meanwhile. */
  readonly soon: () => void;
  readonly close: () => Promise<void>;
};

/** Writes down what is new in a mailbox, and refuses what nobody can be shown. */
function openLooks(
  { record }: Services<'record'>,
  {
    ordinal,
    attempt,
    directory,
    own,
  }: FollowQuestionsParams & { readonly own: () => QuestionState[] },
): Looks {
  const mailbox = mailboxOf(directory);
  const refused = new Set<string>();
  let isClosed = false;
  let isRefusing = false;

  const refuse = async (key: string, text: string): Promise<void> => {
    refused.add(key);
    await deliver(mailbox, key, { kind: 'none', text });
  };
  const take = async (key: string): Promise<void> => {
    const asked = await readQuestion(mailbox, key);
    if (isClosed) return;
    if (asked === null) return refuse(key, unreadable);
    const before = own().length;
    if (before < mostQuestions) {
      const question = record.state().questions.length + 1;
      const said = { task: ordinal, attempt, question, key, text: asked.text };
      record.record({ type: 'question-asked', ...said, options: asked.options });
      return;
    }
    if (!isRefusing)
      record.record({ type: 'questions-refused', task: ordinal, attempt, asked: before });
    isRefusing = true;
    await refuse(key, refusal);
  };
  const look = async (): Promise<void> => {
    const known = new Set([...own().map(({ key }) => key), ...refused]);
    const fresh = (await listKeys(mailbox)).filter((key) => !known.has(key));
    for (const key of fresh.slice(0, mostAtOnce)) if (!isClosed) await take(key);
  };

  let looking: Promise<void> | null = null;
  let isDue = false;
  const goOn = async (): Promise<void> => {
    while (isDue && !isClosed) {
      isDue = false;
      await look();
      await delay(isRefusing ? refusingLookMs : lookMs);
    }
  };
  return {
    soon: () => {
      isDue = true;
      // A mailbox that cannot be read is an attempt that cannot ask: no reason to end it.
      looking ??= goOn()
        .catch(() => undefined)
        .finally(() => {
          looking = null;
        });
    },
    close: async () => {
      isClosed = true;
      await looking;
    },
  };
}
