import { setTimeout as delay } from 'node:timers/promises';
import { isPassing, type ForgeError } from '../model/forge-problem.ts';
import { forgeOperations, type ForgeUser } from './forge-operations.ts';
import type { Forge } from './forge.ts';
import { wrapForge } from './wrap-forge.ts';

export type Patience = {
  /** Aborted when the forge is no longer waited for. */
  readonly signal: AbortSignal;
  /** Milliseconds that an outage may last, for all operations together: since the last one that worked. */
  readonly longestMs: number;
  readonly now: () => Date;
  /** A wait begins; it is tried again at the time named. */
  readonly onWait: (problem: ForgeError, until: Date) => void;
};

/**
 * A forge that waits out temporary problems: a network that is down, a limit's hour. It throws a problem that lasts, so
 * that the next start does it. Which operations its user waits for is said in `forgeOperations`.
 */
export function patientForge(forge: Forge, patience: Patience, user: ForgeUser = 'run'): Forge {
  const outage: Outage = { badSince: null };
  return wrapForge(forge, {
    around: (operation, call, params) =>
      forgeOperations[operation].waits.includes(user)
        ? tryOn(() => call(...params), patience, outage)
        : call(...params),
  });
}

/** When the forge began to fail, in milliseconds since 1970; null while it works. */
type Outage = { badSince: number | null };

async function tryOn<T>(work: () => Promise<T>, patience: Patience, outage: Outage): Promise<T> {
  const { signal, now, longestMs } = patience;
  for (let tries = 1; ; tries += 1) {
    try {
      const result = await work();
      outage.badSince = null;
      return result;
    } catch (error) {
      if (!isPassing(error) || signal.aborted) throw error;
      outage.badSince ??= now().getTime();
      const until = tryAgainAt(error, tries, now());
      if (until.getTime() > outage.badSince + longestMs) throw error;
      patience.onWait(error, until);
      await waitUntil(until, patience);
      if (signal.aborted) throw error;
    }
  }
}

const longestStepMs = 60_000;

/** When the forge said so; otherwise after a while that doubles up to a minute. */
function tryAgainAt({ forge }: ForgeError, tries: number, now: Date): Date {
  const after = (ms: number): Date => new Date(now.getTime() + ms);
  switch (forge.kind) {
    case 'primary-limit':
      return new Date(Math.max(Date.parse(forge.resetsAt) + 1_000, after(1_000).getTime()));
    case 'over-budget':
      return new Date(Math.max(Date.parse(forge.freeAt), after(1_000).getTime()));
    case 'secondary-limit':
      return after(forge.retryAfterSeconds * 1_000);
    default:
      return after(Math.min(longestStepMs, 1_000 * 2 ** Math.min(tries - 1, 10)));
  }
}

/** The wall clock is looked at this often: a timer alone would sleep on after a laptop woke up. */
const lookMs = 5_000;

async function waitUntil(until: Date, { signal, now }: Patience): Promise<void> {
  for (;;) {
    const left = until.getTime() - now().getTime();
    if (left <= 0 || signal.aborted) return;
    await delay(Math.min(left, lookMs), undefined, { signal }).catch(() => undefined);
  }
}
