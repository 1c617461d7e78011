import type { PauseReason } from '../model/event/run-event.ts';
import type { RunRecord } from './run-record.ts';

/**
 * Holds new starts back for the whole fleet: what one agent learns of a limit, all of them know; and so does a pause that
 * somebody asked for, which the journal says.
 */
export type StartGate = {
  /** Waits while the gate is closed. Resolves true when a start is allowed, false when none will be in this run. */
  readonly whenOpen: (signal: AbortSignal) => Promise<boolean>;
  /** Waits only while somebody has paused the run. Resolves true once nobody has, false at the signal. */
  readonly whenContinued: (signal: AbortSignal) => Promise<boolean>;
  /**
   * Closes the gate, until a time or for good. A gate that is closed for longer already stays as it is, and so does one
   * whose time has come by when the news of it gets here.
   */
  readonly pause: (params: PauseParams) => void;
  readonly isClosedForGood: () => boolean;
  readonly close: () => void;
};

export type PauseParams = {
  readonly reason: PauseReason;
  readonly message: string;
  readonly until: Date | null;
};

/** The wall clock is looked at this often: a timer alone would sleep on after a laptop woke up. */
const lookMs = 5_000;

export function openStartGate(record: RunRecord, now: () => Date): StartGate {
  let until: Date | null = null;
  let isClosedForGood = false;
  let timer: NodeJS.Timeout | undefined;
  let waiting: (() => void)[] = [];

  const wakeAll = (): void => {
    const woken = waiting;
    waiting = [];
    woken.forEach((wake) => wake());
  };

  const watchClock = (): void => {
    clearTimeout(timer);
    if (until === null) return;
    const left = until.getTime() - now().getTime();
    if (left > 0) {
      timer = setTimeout(watchClock, Math.min(left, lookMs));
      return;
    }
    until = null;
    record.record({ type: 'run-continued' });
    wakeAll();
  };

  const isAsked = (): boolean => record.state().isPauseAsked;
  record.listen(({ type }) => {
    if (type === 'continue-requested') wakeAll();
  });
  const look = (): void => {
    try {
      record.catchUp();
    } catch {
      // The next event that is written meets the same, where it is heard.
    }
  };
  const waitWhile = async (signal: AbortSignal, isHeldBack: () => boolean): Promise<void> => {
    // Where nobody works, waiting alone would not keep the process running; and a nudge may have been lost.
    const looking = setInterval(look, lookMs);
    while (!signal.aborted && isHeldBack())
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    clearInterval(looking);
  };

  return {
    whenOpen: async (signal) => {
      await waitWhile(signal, () => !isClosedForGood && (until !== null || isAsked()));
      return !signal.aborted && !isClosedForGood;
    },
    whenContinued: async (signal) => {
      await waitWhile(signal, isAsked);
      return !signal.aborted;
    },
    pause: (params) => {
      const isLonger = params.until === null || until === null || params.until > until;
      const isOver = params.until !== null && params.until <= now();
      if (isClosedForGood || !isLonger || isOver) return;
      const isNew = until === null || params.until === null;
      isClosedForGood = params.until === null;
      until = params.until;
      if (isNew)
        record.record({ type: 'run-paused', ...params, until: until?.toISOString() ?? null });
      if (isClosedForGood) wakeAll();
      else watchClock();
    },
    isClosedForGood: () => isClosedForGood,
    close: () => {
      clearTimeout(timer);
    },
  };
}
