import { setTimeout as delay } from 'node:timers/promises';
import type { PullReview } from '../forge/forge.ts';
import { isPassing } from '../model/forge-problem.ts';
import type { RunRecord } from './run-record.ts';
import { whenAborted } from './when-aborted.ts';

/** Holds new tasks back while so many pull requests of the run are open that nobody has reviewed. */
export type ReviewGate = {
  /** Resolves true when one more task may start; false when reviewers stay behind for too long, or at the signal. */
  readonly whenRoom: (signal: AbortSignal) => Promise<boolean>;
  /** Whether nothing more may start, as far as is known without asking the forge. */
  readonly isFull: () => boolean;
  /** Whether reviewers stayed behind for too long: then nothing new starts in this run. */
  readonly isClosed: () => boolean;
  readonly close: () => void;
};

export type ReviewGateOrder = {
  readonly record: RunRecord;
  readonly look: (numbers: readonly number[]) => Promise<readonly PullReview[]>;
  /** So many may be open without a review before new starts wait; null: any number. */
  readonly most: number | null;
  /** How long it waits for reviewers. */
  readonly patienceMs: number;
  /** How long lies between two looks. */
  readonly everyMs: number;
  readonly now: () => Date;
};

export function openReviewGate(order: ReviewGateOrder): ReviewGate {
  const { record, most } = order;
  const reviewed = new Set<number>();
  const ending = new AbortController();
  let watching: Promise<boolean> | null = null;
  let isClosed = false;

  const unreviewed = (): number[] => openNumbers(record).filter((number) => !reviewed.has(number));
  const isFull = (): boolean => most !== null && unreviewed().length >= most;

  const look = async (): Promise<void> => {
    // What cannot be seen now is looked at again.
    const seen = await order.look(unreviewed()).catch(whenPassing);
    for (const { number, state, isReviewed } of seen)
      if (isReviewed || state !== 'open') reviewed.add(number);
  };

  const watch = async (): Promise<boolean> => {
    await look();
    if (!isFull()) return true;
    const until = new Date(order.now().getTime() + order.patienceMs);
    const reason = 'unreviewed';
    const message = waitingWords(unreviewed(), most ?? 0);
    record.record({ type: 'run-paused', reason, message, until: until.toISOString() });
    while (isFull()) {
      const left = until.getTime() - order.now().getTime();
      if (left <= 0) isClosed = true;
      if (isClosed || ending.signal.aborted) return false;
      const { signal } = ending;
      await delay(Math.min(left, order.everyMs), undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await look();
    }
    record.record({ type: 'run-continued' });
    return true;
  };

  return {
    whenRoom: async (signal) => {
      if (!isFull()) return !signal.aborted;
      watching ??= watch().finally(() => (watching = null));
      const left = whenAborted(signal).then(() => false);
      return (await Promise.race([watching, left])) && !signal.aborted;
    },
    isFull,
    isClosed: () => isClosed,
    close: () => ending.abort(),
  };
}

/** The pull requests of a run that are open, as far as its journal knows. */
function openNumbers(record: RunRecord): number[] {
  return record
    .state()
    .tasks.flatMap(({ status, pullRequest }) =>
      status === 'completed' && pullRequest?.state === 'open' ? [pullRequest.number] : [],
    );
}

function whenPassing(error: unknown): readonly PullReview[] {
  if (isPassing(error)) return [];
  throw error;
}

function waitingWords(numbers: readonly number[], most: number): string {
  const list = numbers.map((number) => `#${number}`).join(', ');
  const are = numbers.length === 1 ? 'is open' : 'are open';
  return `${list} ${are} without a review, and --max-unreviewed is ${most}`;
}
