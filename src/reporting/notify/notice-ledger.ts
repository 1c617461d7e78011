import type { JournalEvent } from '../../model/event/event.ts';
import type { Notice } from '../../model/notification/notice.ts';

/**
 * What of a run people know, and what they have yet to be notified about; folded from the journal:
 *
 *   event ─▶ waiting ─▶ notice-intended ─▶ known
 *               ▲  │
 *               └──┘ held, in quiet hours
 */
export type NoticeLedger = {
  /** The keys of what was sent, or was about to be. */
  readonly known: ReadonlySet<string>;
  readonly waiting: readonly Notice[];
  /** The keys of those that have waited: they are summed up. */
  readonly held: ReadonlySet<string>;
  /** How many orchestrators have come to their end, and whether the newest one has. */
  readonly ends: number;
  readonly isEnded: boolean;
};

export const emptyLedger: NoticeLedger = {
  known: new Set(),
  waiting: [],
  held: new Set(),
  ends: 0,
  isEnded: false,
};

/** The ledger after an event; `notice` is what that event has to say, null for nothing. */
export function advanceLedger(
  ledger: NoticeLedger,
  event: JournalEvent,
  notice: Notice | null,
): NoticeLedger {
  if (event.type === 'notice-intended') return settled(ledger, event.keys);
  // What an orchestrator that came to its end did not send was for nobody; one that died left it to the next.
  const waiting = event.type === 'run-resumed' && ledger.isEnded ? [] : ledger.waiting;
  const isEnded = event.type === 'run-ended' || (ledger.isEnded && event.type !== 'run-resumed');
  const isNew =
    notice !== null &&
    !ledger.known.has(notice.key) &&
    waiting.every(({ key }) => key !== notice.key);
  const ends = ledger.ends + (event.type === 'run-ended' ? 1 : 0);
  return { ...ledger, ends, isEnded, waiting: isNew ? [...waiting, notice] : waiting };
}

/** The ledger once these were sent, or were for nobody. */
export function settled(ledger: NoticeLedger, keys: readonly string[]): NoticeLedger {
  const known = new Set([...ledger.known, ...keys]);
  const isOpen = ({ key }: Notice): boolean => !known.has(key);
  const held = new Set([...ledger.held].filter((key) => !known.has(key)));
  return { ...ledger, known, held, waiting: ledger.waiting.filter(isOpen) };
}

/** The ledger once what waits now was left waiting. */
export function withHeld(ledger: NoticeLedger): NoticeLedger {
  return { ...ledger, held: new Set(ledger.waiting.map(({ key }) => key)) };
}

/** What is sent now: each of `fresh` by itself, all of `late` in one. */
export type Due = { readonly fresh: readonly Notice[]; readonly late: readonly Notice[] };

/** What of that which waits is due; `isLoud` says what may be sent at this hour. */
export function dueOf({ waiting, held }: NoticeLedger, isLoud: (notice: Notice) => boolean): Due {
  const due = waiting.filter(isLoud);
  return {
    fresh: due.filter(({ key }) => !held.has(key)),
    late: due.filter(({ key }) => held.has(key)),
  };
}
