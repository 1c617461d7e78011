import { setTimeout as delay } from 'node:timers/promises';
import type { JournalEvent } from '../../model/event/event.ts';
import type { Notice } from '../../model/notification/notice.ts';
import type { QuietHours } from '../../model/notification/sink.ts';
import { advanceRun } from '../../model/state/fold-run.ts';
import type { RunState } from '../../model/state/run-state.ts';
import type { OpenSink } from '../../notify/open-sink.ts';
import { isWanted, messagesFor } from '../../reporting/notify/messages-for.ts';
import { noticeOf } from '../../reporting/notify/notice-of.ts';
import {
  advanceLedger,
  dueOf,
  emptyLedger,
  settled,
  withHeld,
  type NoticeLedger,
} from '../../reporting/notify/notice-ledger.ts';
import { isExcepted, isQuiet } from '../../reporting/notify/quiet-hours.ts';
import type { RunRecord } from '../../services/run-record.ts';

/** What notifies people of a run, while an orchestrator works on it. */
export type Notifier = {
  /** Sends what is left, in quiet hours, too. Resolves when all was sent, or after some seconds. Never rejects. */
  readonly close: () => Promise<void>;
};

export type NotifierParams = {
  readonly record: Pick<RunRecord, 'record' | 'listen'>;
  /** The run's events until now. */
  readonly events: readonly JournalEvent[];
  readonly sinks: readonly OpenSink[];
  readonly quiet: QuietHours | null;
  readonly ciFixes: number;
  readonly now: () => Date;
  readonly timeZone: string;
  /** Whether the journal keeps what was sent. Without it, only what happens from now on is sent. */
  readonly isKept: boolean;
  /** Says what went wrong, once for each sink. */
  readonly note: (line: string) => void;
  /** Whether the user wants an end at once. */
  readonly isHurried: () => boolean;
  /** Milliseconds between two looks at the clock, while something is held back. */
  readonly lookMs?: number;
};

const usualLookMs = 30_000;
/** Milliseconds that the end of a run waits for what is still being sent. */
const patienceMs = 10_000;
const hurriedMs = 2_000;

/** Notifies people of what happens in a run from now on, and of what an orchestrator that died had left. */
export function openNotifier(params: NotifierParams): Notifier {
  const { record, quiet, now, timeZone } = params;
  const ending = new AbortController();
  const queues = params.sinks.map((sink) => openQueue(sink, params.note, ending.signal));
  let ledger = readLedger(params);
  let isClosing = false;

  const deliver = (): void => {
    const isLoud = (notice: Notice): boolean =>
      isClosing ||
      !isQuiet(quiet, now(), timeZone) ||
      (quiet !== null && isExcepted(quiet, notice));
    const due = dueOf(ledger, isLoud);
    const keys = [...due.late, ...due.fresh].map(({ key }) => key);
    ledger = withHeld(settled(ledger, keys));
    if (keys.length === 0 || !keep(params, keys)) return;
    for (const { sink, put } of queues) messagesFor(sink, due).forEach(put);
  };

  // Not while the record notifies its listeners: others are still to get the event that comes first.
  let soon: NodeJS.Immediate | null = null;
  const deliverSoon = (): void => {
    soon ??= setImmediate(() => {
      soon = null;
      deliver();
    });
  };
  record.listen((event, state) => {
    ledger = advanced(ledger, { event, state }, params);
    if (ledger.waiting.length > 0) deliverSoon();
  });
  if (ledger.waiting.length > 0) deliverSoon();
  const clock =
    quiet === null ? undefined : setInterval(deliver, params.lookMs ?? usualLookMs).unref();

  return {
    close: async () => {
      clearInterval(clock);
      clearImmediate(soon ?? undefined);
      // What is quiet until now is summed up, the end of the run included.
      deliver();
      isClosing = true;
      deliver();
      const sent = Promise.all(queues.map(({ idle }) => idle()));
      const limit = new AbortController();
      const ms = params.isHurried() ? hurriedMs : patienceMs;
      const late = delay(ms, undefined, { signal: limit.signal }).catch(() => undefined);
      await Promise.race([sent, late]);
      limit.abort();
      ending.abort();
      await sent;
    },
  };
}

/** Writes down what is about to be sent. What cannot be written is not sent: the next start would send it again. */
function keep({ record, isKept, note }: NotifierParams, keys: readonly string[]): boolean {
  if (!isKept) return true;
  try {
    record.record({ type: 'notice-intended', keys });
    return true;
  } catch (error) {
    note(`A notification was not sent, since the journal could not be written: ${String(error)}`);
    return false;
  }
}

type Step = { readonly event: JournalEvent; readonly state: RunState };

function advanced(
  ledger: NoticeLedger,
  { event, state }: Step,
  { sinks, ciFixes }: NotifierParams,
): NoticeLedger {
  const notice = noticeOf(event, state, { ciFixes, ends: ledger.ends });
  const isForSomebody = notice !== null && sinks.some((sink) => isWanted(sink, notice));
  return advanceLedger(ledger, event, isForSomebody ? notice : null);
}

/** What the journal says until now. What waits since then is summed up. */
function readLedger(params: NotifierParams): NoticeLedger {
  let ledger = emptyLedger;
  let state: RunState | null = null;
  for (const event of params.events) {
    state = advanceRun(state, event);
    ledger = advanced(ledger, { event, state }, params);
  }
  const keys = ledger.waiting.map(({ key }) => key);
  return params.isKept ? withHeld(ledger) : settled(ledger, keys);
}

type SinkQueue = {
  readonly sink: OpenSink;
  readonly put: (notice: Notice) => void;
  /** Resolves when all was sent. */
  readonly idle: () => Promise<void>;
};

/** A sink gets one notice after the other; its first failure is noted. */
function openQueue(sink: OpenSink, note: (line: string) => void, ending: AbortSignal): SinkQueue {
  let last = Promise.resolve();
  let hasFailed = false;
  const send = async (notice: Notice): Promise<void> => {
    const { isTaken, words } = await sink
      .send(notice, ending)
      .catch((error: unknown) => ({ isTaken: false, words: (error as Error).name }));
    if (isTaken || hasFailed) return;
    hasFailed = true;
    note(
      `A notification did not reach ${sink.name}: ${words}. The run continues. flotilla notify --test tries each sink.`,
    );
  };
  return {
    sink,
    put: (notice) => void (last = last.then(() => send(notice))),
    idle: () => last,
  };
}
