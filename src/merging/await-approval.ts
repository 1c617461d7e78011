import { setTimeout as delay } from 'node:timers/promises';
import type { PullReview } from '../forge/forge.ts';
import { isPassing } from '../model/forge-problem.ts';
import type { TrainCar } from '../model/merge/train-car.ts';
import type { RunRecord } from '../services/run-record.ts';
import { staleWords } from './approval.ts';

export type ApprovalParams = {
  readonly record: RunRecord;
  readonly cars: readonly Pick<TrainCar, 'number'>[];
  readonly look: (numbers: readonly number[]) => Promise<readonly PullReview[]>;
  /** Whether the approved work has changed since. */
  readonly isStale: (review: PullReview) => Promise<boolean>;
  readonly patienceMs: number;
  /** How long lies between two looks. */
  readonly everyMs: number;
  readonly now: () => Date;
  readonly signal: AbortSignal;
};

/** What reviewers have done when the wait is over. `none`: nobody has approved anything. */
export type Approval = 'all' | 'some' | 'none';

/**
 * Waits until people have approved all pull requests, or merged or closed them themselves; not longer than the patience
 * lasts, or until the signal comes. What it waits for is journalled as a pause.
 */
export async function awaitApproval(params: ApprovalParams): Promise<Approval> {
  const { record, cars, signal } = params;
  const numbers = cars.map(({ number }) => number).toSorted((one, other) => one - other);
  const until = new Date(params.now().getTime() + params.patienceMs);
  let told = '';
  for (;;) {
    const { decided, stale } = await look(params, numbers);
    const waiting = numbers.filter((number) => !decided.includes(number));
    if (waiting.length === 0) {
      if (told !== '') record.record({ type: 'run-continued' });
      return 'all';
    }
    const left = until.getTime() - params.now().getTime();
    const message = waitingWords(waiting, stale);
    if (message !== told)
      record.record({
        ...{ type: 'run-paused', reason: 'unapproved', message },
        until: until.toISOString(),
      });
    told = message;
    if (left <= 0 || signal.aborted) return waiting.length < numbers.length ? 'some' : 'none';
    await delay(Math.min(left, params.everyMs), undefined, { signal }).catch(() => undefined);
  }
}

/** Tasks that nobody has to wait for any more, and tasks that were approved before they were changed. */
async function look(
  params: ApprovalParams,
  numbers: readonly number[],
): Promise<{ readonly decided: readonly number[]; readonly stale: readonly number[] }> {
  const decided: number[] = [];
  const stale: number[] = [];
  for (const review of await params.look(numbers).catch(unseen)) {
    if (review.state !== 'open') decided.push(review.number);
    else if (review.isApproved)
      ((await params.isStale(review)) ? stale : decided).push(review.number);
  }
  return { decided, stale };
}

/** What cannot be seen now is looked at again. */
function unseen(error: unknown): readonly PullReview[] {
  if (isPassing(error)) return [];
  throw error;
}

function waitingWords(waiting: readonly number[], stale: readonly number[]): string {
  const fresh = waiting.filter((number) => !stale.includes(number));
  const told = [
    ...(fresh.length > 0 ? [`${listOf(fresh)} not approved yet`] : []),
    ...(stale.length > 0 ? [`${listOf(stale, ['was', 'were'])} ${staleWords}`] : []),
  ];
  return told.join('; ');
}

/** `#1 is`, `#1, #2 are`. */
function listOf(numbers: readonly number[], [one, more] = ['is', 'are']): string {
  return `${numbers.map((number) => `#${number}`).join(', ')} ${numbers.length === 1 ? one : more}`;
}
