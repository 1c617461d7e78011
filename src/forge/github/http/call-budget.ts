import { setTimeout as delay } from 'node:timers/promises';
import { ForgeError } from '../../../model/forge-problem.ts';

/** Keeps the calls of an hour below a limit of ours, so that other programs with the same token have theirs. */
export type CallBudget = {
  /** Waits its turn when the hour's calls run short. Throws `over-budget` when there are none. */
  readonly ask: () => Promise<void>;
  /** A call was made that counts against the quota. */
  readonly spend: () => void;
};

export type BudgetParams = {
  readonly perHour: number;
  readonly now: () => Date;
};

const hourMs = 3_600_000;
/** From this share on, what is left is spread over the rest of the hour. */
const slowFrom = 0.8;
const longestWaitMs = 15_000;

/** Opens the budget: free at first, slower from four fifths on, then closed. */
export function openCallBudget({ perHour, now }: BudgetParams): CallBudget {
  let spent: number[] = [];
  const forget = (): number => {
    const at = now().getTime();
    spent = spent.filter((time) => time > at - hourMs);
    return at;
  };
  return {
    ask: async () => {
      const at = forget();
      const freeAt = (spent[0] ?? at) + hourMs;
      if (spent.length >= perHour)
        throw new ForgeError({
          kind: 'over-budget',
          limit: perHour,
          freeAt: new Date(freeAt).toISOString(),
        });
      if (spent.length < perHour * slowFrom) return;
      await delay(Math.min(longestWaitMs, (freeAt - at) / (perHour - spent.length)));
    },
    spend: () => {
      const at = forget();
      spent.push(at);
    },
  };
}
