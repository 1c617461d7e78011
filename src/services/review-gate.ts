import { setTimeout as delay } from 'node:timers/promises';
import type { PullReview } from '../forge/forge.ts';
import { isPassing } from '../model/forge-problem.ts';
import type { RunRecord } from './run-record.ts';
import { whenAborted } from './when-aborted.ts';

/** Holds new tasks back while too many pull requests of the run are open without a review. */
export type ReviewGate = {
  /** Resolves true when one more task may start; false when reviewers stay behind for too long, or at the signal. */
  readonly whenRoom: (signal: AbortSignal) => Promise<boolean>;
  /** Whether nothing more may start, as far as is known without asking the forge. */
  readonly isFull: () => boolean;
  /** Whether reviewers stayed behind for too long: then nothing new starts in this run. */
  readonly isClosed: () => boolean;
  readonly close: () => void;
};

export type ReviewGateParams = {
  readonly record: RunRecord;
  readonly look: (numbers: readonly number[]) => Promise<readonly PullReview[]>;
  /** How long it waits for reviewers. */
  readonly patienceMs: number;
  /** How long lies between two looks. */
  readonly everyMs: number;
  readonly now: () => Date;
};

export function openReviewGate(params: ReviewGateParams): ReviewGate {
  const { record } = params;
  /** So many may be open without a review before new starts wait; null: any number. */
  const mostNow = (): number | null => record.state().settings.maxUnreviewed ?? null;
  const reviewed = new Set<number>();
  const ending = new AbortController();
  let watching: Promise<boolean> | null = null;
  let isClosed = false;
  let isWayStuck = false;

  const unreviewed = (): number[] => openNumbers(record).filter((number) => !reviewed.has(number));
  const isBehind = (): boolean => unreviewed().length >= (mostNow() ?? Infinity);
  const isFull = (): boolean =>
    unreviewed().length + (isWayStuck ? 0 : countOnTheWay(record)) >= (mostNow() ?? Infinity);
  let changed = new AbortController();
  record.listen(({ type }) => {
    if (type !== 'settings-changed') return;
    changed.abort();
    changed = new AbortController();
  });

  const look = async (): Promise<void> => {
    // What cannot be seen now is looked at again.
    const seen = await params.look(unreviewed()).catch(whenPassing);
    for (const { number, state, isReviewed } of seen)
      if (isReviewed || state !== 'open') reviewed.add(number);
  };

  const rest = async (ms: number): Promise<void> => {
    const signal = AbortSignal.any([ending.signal, changed.signal]);
    await delay(ms, undefined, { signal }).catch(() => undefined);
  };

  /** Waits for people, as long as the patience lasts. */
  const waitForPeople = async (): Promise<void> => {
    const until = new Date(params.now().getTime() + params.patienceMs);
    const message = waitingWords(unreviewed(), mostNow() ?? 0);
    record.record({
      ...{ type: 'run-paused', reason: 'unreviewed', message },
      until: until.toISOString(),
    });
    while (isBehind() && !ending.signal.aborted) {
      const left = until.getTime() - params.now().getTime();
      isClosed = left <= 0;
      if (isClosed) return;
      await rest(Math.min(left, params.everyMs));
      await look();
    }
    if (!isBehind()) record.record({ type: 'run-continued' });
  };

  const watch = async (): Promise<boolean> => {
    const begun = params.now().getTime();
    while (isFull() && !isClosed && !ending.signal.aborted) {
      if (isBehind()) await look();
      if (isBehind()) await waitForPeople();
      else if (params.now().getTime() - begun > longestWayMs) isWayStuck = true;
      else if (isFull()) await rest(shortMs);
    }
    return !isFull();
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

/** What is on its way to a pull request needs no person: it is looked at often. */
const shortMs = 200;
/** What takes longer on its way may never get there: the forge is down, say. */
const longestWayMs = 600_000;

/** Tasks whose agent has ended, and whose work is checked and published now: they will have a pull request soon. */
function countOnTheWay(record: RunRecord): number {
  return record.state().tasks.filter(({ status, attempts }) => {
    const last = attempts.at(-1);
    return status === 'running' && last?.result?.kind === 'exited' && last.failure === null;
  }).length;
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
