import type { ForgeUsage } from '../../forge.ts';
import type { ForgeCall } from './client.ts';

/** Counts calls by their kind, and notes what clock answers have. */
export type CallLog = {
  readonly add: (call: ForgeCall) => void;
  readonly usage: () => ForgeUsage;
  /** GitHub's clock by its newest answer; ours before the first. */
  readonly serverNow: () => Date;
};

/** Opens a count that begins at nothing. */
export function openCallLog(now: () => Date): CallLog {
  const calls = new Map<string, number>();
  let counted = 0;
  let remaining: number | null = null;
  let aheadMs = 0;
  return {
    add: (call) => {
      calls.set(call.kind, (calls.get(call.kind) ?? 0) + 1);
      if (call.status !== 304) counted += 1;
      remaining = call.remaining ?? remaining;
      const time = Date.parse(call.date ?? '');
      if (!Number.isNaN(time)) aheadMs = time - now().getTime();
    },
    serverNow: () => new Date(now().getTime() + aheadMs),
    usage: () => ({ calls: Object.fromEntries(calls), counted, remaining }),
  };
}
