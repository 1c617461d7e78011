import type { ForgeUsage } from '../forge.ts';
import type { ForgeCall } from './client.ts';

/** Counts calls by their kind. */
export type CallLog = {
  readonly add: (call: ForgeCall) => void;
  readonly usage: () => ForgeUsage;
};

/** Opens a count that begins at nothing. */
export function openCallLog(): CallLog {
  const calls = new Map<string, number>();
  let counted = 0;
  let remaining: number | null = null;
  return {
    add: (call) => {
      calls.set(call.kind, (calls.get(call.kind) ?? 0) + 1);
      if (call.status !== 304) counted += 1;
      remaining = call.remaining ?? remaining;
    },
    usage: () => ({ calls: Object.fromEntries(calls), counted, remaining }),
  };
}
