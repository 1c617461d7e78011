import { setTimeout as delay } from 'node:timers/promises';

export type PaceOrder = {
  /** How many may go at once after a rest. */
  readonly burst: number;
  /** Milliseconds between two in the long run. */
  readonly everyMs: number;
  /** Milliseconds of a clock that does not jump. */
  readonly elapsed: () => number;
};

/** Lets calls go in turn, a few at once and then one every so often. */
export function openPace({ burst, everyMs, elapsed }: PaceOrder): () => Promise<void> {
  // When the bucket will be full again: a call may go while that is less than a whole bucket away.
  let fullAt = 0;
  return async () => {
    const now = elapsed();
    fullAt = Math.max(fullAt, now) + everyMs;
    const wait = fullAt - burst * everyMs - now;
    if (wait > 0) await delay(wait);
  };
}
