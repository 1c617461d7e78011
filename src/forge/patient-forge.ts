import { setTimeout as delay } from 'node:timers/promises';
import { isPassing, type ForgeError } from '../model/forge-problem.ts';
import type { ClosingForge, Forge, MergingForge } from './forge.ts';

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
 * that the next start does it.
 */
export function patientForge(forge: Forge, patience: Patience): Forge {
  const weather: Weather = { badSince: null };
  const patiently = <T>(work: () => Promise<T>): Promise<T> => tryOn(work, patience, weather);
  const { findPublished } = forge;
  return {
    ensureIssue: (order) => patiently(() => forge.ensureIssue(order)),
    push: (order) => patiently(() => forge.push(order)),
    ensurePullRequest: (order) => patiently(() => forge.ensurePullRequest(order)),
    ...(findPublished === undefined
      ? {}
      : { findPublished: (order) => patiently(() => findPublished(order)) }),
  };
}

/** The same for merging, where every operation may be asked for again. */
export function patientMerging(
  forge: MergingForge & ClosingForge,
  patience: Patience,
): MergingForge & ClosingForge {
  const weather: Weather = { badSince: null };
  const patiently = <T>(work: () => Promise<T>): Promise<T> => tryOn(work, patience, weather);
  return {
    push: (order) => patiently(() => forge.push(order)),
    pullRequestState: (number) => patiently(() => forge.pullRequestState(number)),
    makeReady: (order) => patiently(() => forge.makeReady(order)),
    baseSha: (branch) => patiently(() => forge.baseSha(branch)),
    fetch: (order) => patiently(() => forge.fetch(order)),
    merge: (order) => patiently(() => forge.merge(order)),
    ...(forge.requireRight === undefined ? {} : { requireRight: forge.requireRight }),
    ...(forge.retractApproval === undefined ? {} : { retractApproval: forge.retractApproval }),
    ...(forge.methods === undefined ? {} : { methods: forge.methods }),
    mergedPulls: (order) => patiently(() => forge.mergedPulls(order)),
    tickItems: (order) => patiently(() => forge.tickItems(order)),
    closeIssue: (number) => patiently(() => forge.closeIssue(number)),
    removeBranch: (order) => patiently(() => forge.removeBranch(order)),
  };
}

/** When the forge began to fail, in milliseconds since 1970; null while it works. */
type Weather = { badSince: number | null };

async function tryOn<T>(work: () => Promise<T>, patience: Patience, weather: Weather): Promise<T> {
  const { signal, now, longestMs } = patience;
  for (let tries = 1; ; tries += 1) {
    try {
      const result = await work();
      weather.badSince = null;
      return result;
    } catch (error) {
      if (!isPassing(error) || signal.aborted) throw error;
      weather.badSince ??= now().getTime();
      const until = tryAgainAt(error, tries, now());
      if (until.getTime() > weather.badSince + longestMs) throw error;
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
