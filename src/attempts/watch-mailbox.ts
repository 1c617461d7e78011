import { setTimeout as delay } from 'node:timers/promises';
import { watchDirectory } from '../files/watch-directory.ts';
import type { MailboxFailed } from '../model/event/attempt-event.ts';
import {
  closeMailbox,
  deliver,
  isMailboxClosed,
  listKeys,
  readQuestion,
  wakeAsker,
  wakeAskers,
  type Mailbox,
  type PutQuestion,
  type Reply,
} from '../questions/mailbox.ts';

/** What becomes of what lies in a mailbox. */
export type MailboxOwner = {
  /** The keys of the questions that were taken, by anybody. */
  readonly taken: () => readonly string[];
  readonly take: (asked: PutQuestion) => void;
  /** The agent has asked too often; nothing more is taken. */
  readonly onTooMany: () => void;
  /** Something there does not work. The agent goes on, and this is said once for each kind. */
  readonly onFailure: (what: MailboxFailed['what'], message: string) => void;
};

export type MailboxWatch = {
  /** Brings an answer; where it cannot be written, the agent goes on without it. */
  readonly bring: (key: string, reply: Reply) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** An attempt that asks more often is not shown to anybody any more, nor one that leaves more that is no question. */
const [mostQuestions, mostUnreadable] = [20, 100];
/** Between two looks into a mailbox in which something moves. */
const lookMs = 200;
/** A disk may have room again in a moment. */
const [mostTries, retryMs] = [4, 1_000];

const refusal: Reply = {
  kind: 'none',
  text: 'You have asked too often: nobody sees your questions any more. Continue by your own judgement.',
};
const unreadable: Reply = {
  kind: 'none',
  text: 'This is no question that anybody can be shown. Ask shorter, or continue by your own judgement.',
};

/** Takes what is new in a mailbox, and refuses what nobody can be shown. What it costs is bounded, whatever the agent does. */
export function watchMailbox(mailbox: Mailbox, owner: MailboxOwner): MailboxWatch {
  const refused = new Set<string>();
  const failed = new Set<MailboxFailed['what']>();
  let isClosed = false;
  // By us, or by an orchestrator before us.
  let isFull = isMailboxClosed(mailbox);

  const fail = (what: MailboxFailed['what'], error: unknown): void => {
    if (isClosed || failed.has(what)) return;
    failed.add(what);
    owner.onFailure(what, error instanceof Error ? error.message : String(error));
  };
  const bring = async (key: string, reply: Reply): Promise<void> => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await deliver(mailbox, key, reply);
      } catch (error) {
        if (tries < mostTries && !isClosed) await delay(retryMs);
        else {
          fail('answer', error);
          return wakeAsker(mailbox, key);
        }
      }
    }
  };
  const take = async (key: string): Promise<void> => {
    const asked = await readQuestion(mailbox, key);
    if (isClosed) return;
    if (asked !== null && owner.taken().length < mostQuestions) return owner.take(asked);
    refused.add(key);
    if (asked === null && refused.size < mostUnreadable) {
      fail('read', `${key} cannot be read, or is no question`);
      return bring(key, unreadable);
    }
    isFull = true;
  };
  const closeToAll = async (): Promise<void> => {
    owner.onTooMany();
    await closeMailbox(mailbox, refusal).catch((error: unknown) => fail('answer', error));
  };
  const look = async (): Promise<void> => {
    // The marker comes first: what is put after this has seen it.
    if (isFull) return wakeAskers(mailbox, new Set(owner.taken()));
    const known = new Set([...owner.taken(), ...refused]);
    for (const key of await listKeys(mailbox)) {
      if (isClosed || isFull) break;
      if (!known.has(key)) await take(key);
    }
    if (!isFull || isClosed) return;
    await closeToAll();
    await look();
  };
  const looks = openLooks(look, (error) => fail('read', error));
  const watch = watchDirectory(mailbox.questions, () => isFull || looks.soon());
  looks.soon();
  return {
    bring,
    close: async () => {
      // What an agent broke in its last moments is seen, too.
      await listKeys(mailbox).catch((error: unknown) => fail('read', error));
      isClosed = true;
      watch.close();
      await looks.settled();
    },
  };
}

type Looks = {
  /** Looks soon; once for all that calls meanwhile. */
  readonly soon: () => void;
  readonly settled: () => Promise<void>;
};

function openLooks(look: () => Promise<void>, onError: (error: unknown) => void): Looks {
  let looking: Promise<void> | null = null;
  let isDue = false;
  const goOn = async (): Promise<void> => {
    while (isDue) {
      isDue = false;
      await look();
      await delay(lookMs);
    }
  };
  return {
    soon: () => {
      isDue = true;
      looking ??= goOn()
        .catch(onError)
        .finally(() => {
          looking = null;
        });
    },
    settled: async () => {
      await looking;
    },
  };
}
