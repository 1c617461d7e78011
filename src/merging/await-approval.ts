import { setTimeout as delay } from 'node:timers/promises';
import type { PullReview } from '../forge/forge.ts';
import { isPassing } from '../model/forge-problem.ts';
import type { TrainCar } from '../model/train.ts';
import type { RunRecord } from '../orchestration/run-record.ts';

export type ApprovalOrder = {
  readonly record: RunRecord;
  readonly cars: readonly Pick<TrainCar, 'number'>[];
  readonly look: (numbers: readonly number[]) => Promise<readonly PullReview[]>;
  readonly patienceMs: number;
  /** How long lies between two looks. */
  readonly everyMs: number;
  readonly now: () => Date;
  readonly signal: AbortSignal;
};

/** What reviewers have done when the waiting is over. `none`: nobody has approved anything. */
export type Approval = 'all' | 'some' | 'none';

/**
 * Waits until people have approved all pull requests, or merged or closed them themselves; not longer than the patience
 * lasts, or until the signal comes. What it waits for is journalled as a pause.
 */
export async function awaitApproval(order: ApprovalOrder): Promise<Approval> {
  const { record, cars, signal } = order;
  const numbers = cars.map(({ number }) => number).toSorted((one, other) => one - other);
  const until = new Date(order.now().getTime() + order.patienceMs);
  let told = '';
  for (;;) {
    const seen = await order.look(numbers).catch(unseen);
    const waiting = numbers.filter((number) => !isDecided(seen, number));
    if (waiting.length === 0) {
      if (told !== '') record.record({ type: 'run-continued' });
      return 'all';
    }
    const left = until.getTime() - order.now().getTime();
    const message = waitingWords(waiting);
    if (message !== told)
      record.record({
        ...{ type: 'run-paused', reason: 'unapproved', message },
        until: until.toISOString(),
      });
    told = message;
    if (left <= 0 || signal.aborted) return waiting.length < numbers.length ? 'some' : 'none';
    await delay(Math.min(left, order.everyMs), undefined, { signal }).catch(() => undefined);
  }
}

function isDecided(seen: readonly PullReview[], number: number): boolean {
  const review = seen.find((one) => one.number === number);
  return review !== undefined && (review.isApproved || review.state !== 'open');
}

/** What cannot be seen now is looked at again. */
function unseen(error: unknown): readonly PullReview[] {
  if (isPassing(error)) return [];
  throw error;
}

function waitingWords(numbers: readonly number[]): string {
  const list = numbers.map((number) => `#${number}`).join(', ');
  return `${list} ${numbers.length === 1 ? 'is' : 'are'} not approved yet`;
}
