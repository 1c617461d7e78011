import { contextOf, evidenceOf, type FailureEvidence } from '../../diagnosis/failure-evidence.ts';
import type { Failure, FailureReason } from '../../model/failure/failure.ts';
import { attemptsOf, fixedRounds } from '../../model/state/rounds.ts';
import type { RoundState, AttemptState, TaskState } from '../../model/state/task-state.ts';
import type { PauseReason } from '../../model/event/run-event.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { spannedMs, type PauseSpan } from '../../model/state/work-span.ts';
import { attemptSpans, type TimeSpan } from './run-time.ts';

/** Why time was lost: a failure, a task that somebody cancelled, or a run that stood still. */
export type LossReason = FailureReason | 'cancelled' | 'environment' | 'unreviewed' | 'unapproved';

/** What agents and checks had worked in vain, or a time in which nobody could work, in milliseconds. */
export type Loss = { readonly reason: LossReason; readonly lostMs: number };

/** Something that failed, also when a retry fixed it. */
export type PastFailure = Loss & {
  readonly failure: Failure;
  /** Reads the failure's words and output, which takes a moment. */
  readonly evidence: () => FailureEvidence;
  /** Whether a retry fixed it. */
  readonly isFixed: boolean;
};

/** All that failed in a run, in no order. */
export function failuresOf(state: RunState): readonly PastFailure[] {
  return state.tasks.flatMap((task) => {
    const fixed = new Set(fixedRounds(task));
    return task.rounds.flatMap((round) => failuresIn(state, { task, round, fixed }));
  });
}

/** What of a run's time came to nothing besides its failures: cancelled work, and time in which nobody could work. */
export function otherLosses(state: RunState): readonly Loss[] {
  const cancelled = state.tasks.flatMap((task) =>
    task.rounds
      .filter(({ outcome }) => outcome === 'cancelled')
      .map((round) => attemptsMs(state, attemptsOf(task, round)) + round.checkMs),
  );
  const spans = attemptSpans(state);
  return [
    ...cancelled.map((lostMs) => ({ reason: 'cancelled' as const, lostMs })),
    ...state.pauses.flatMap((pause) => {
      // A pause that somebody wanted is no loss.
      if (pause.reason === 'asked') return [];
      return [{ reason: pausedFor[pause.reason], lostMs: standstillMs(state, pause, spans) }];
    }),
  ].filter(({ lostMs }) => lostMs > 0);
}

/** A pause is named after the failure that it prevents. */
const pausedFor: Record<PauseReason, LossReason> = {
  'provider-limited': 'provider-limited',
  unauthenticated: 'unauthenticated',
  environment: 'environment',
  'red-base': 'setup-failed',
  budget: 'over-budget',
  resources: 'out-of-resources',
  unreviewed: 'unreviewed',
  unapproved: 'unapproved',
};

type RoundOf = {
  readonly task: TaskState;
  readonly round: RoundState;
  readonly fixed: ReadonlySet<RoundState>;
};

function failuresIn(state: RunState, { task, round, fixed }: RoundOf): PastFailure[] {
  const attempts = attemptsOf(task, round);
  const evidenceFor = (failure: Failure): FailureEvidence =>
    evidenceOf(failure, { ...contextOf(state, task), setup: round.setup });
  const { failure } = round;
  if (failure !== null) {
    const lostMs = attemptsMs(state, attempts) + round.checkMs;
    const evidence = (): FailureEvidence => evidenceFor(failure);
    const { reason } = failure;
    return [{ reason, failure, evidence, lostMs, isFixed: fixed.has(round) }];
  }
  // A task continues by itself after a provider's limit: the work until then was mostly in vain.
  return attempts.flatMap((attempt) => {
    const limit = attempt.failure;
    if (limit === null || round.outcome === 'cancelled') return [];
    const evidence = (): FailureEvidence => evidenceFor(limit);
    const lostMs = attemptsMs(state, [attempt]);
    return [{ reason: limit.reason, failure: limit, evidence, lostMs, isFixed: false }];
  });
}

function attemptsMs({ spans }: RunState, attempts: readonly AttemptState[]): number {
  return attempts.reduce(
    (sum, { startedAt, endedAt }) =>
      endedAt === null ? sum : sum + spannedMs(spans, startedAt, endedAt),
    0,
  );
}

/** How long nobody worked in a pause: while others do, it costs the run nothing. */
function standstillMs(state: RunState, pause: PauseSpan, attempts: readonly TimeSpan[]): number {
  const to = pause.to ?? state.updatedAt;
  const during = attempts
    .filter((span) => span.from < to && span.to > pause.from)
    .toSorted((one, other) => (one.from < other.from ? -1 : 1));
  let [at, idle] = [pause.from, 0];
  for (const span of during) {
    if (span.from > at) idle += spannedMs(state.spans, at, span.from);
    if (span.to > at) at = span.to;
  }
  return idle + (at < to ? spannedMs(state.spans, at, to) : 0);
}
