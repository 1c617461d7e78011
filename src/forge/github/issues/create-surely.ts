import { setTimeout as delay } from 'node:timers/promises';
import { isPassing } from '../../../model/forge-problem.ts';

export type CreateParams<Item> = {
  /** One call, never repeated by anything below. */
  readonly create: () => Promise<Item>;
  /** Looks whether it is there after all; null when it is not. */
  readonly look: () => Promise<Item | null>;
};

/** A list may show what was made a moment later. */
const settleMs = 1_500;
const mostTries = 3;

/**
 * Creates something once, even if the answer gets lost: after a failure with an unknown outcome it is looked for
 * before it is made again.
 */
export async function createSurely<Item>({ create, look }: CreateParams<Item>): Promise<Item> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await create();
    } catch (error) {
      if (!isPassing(error)) throw error;
      const mayHaveHappened = ['server-error', 'timed-out', 'offline'].includes(error.forge.kind);
      if (!mayHaveHappened) throw error;
      await delay(settleMs);
      const found = await look();
      if (found !== null) return found;
      if (tries === mostTries) throw error;
    }
  }
}
