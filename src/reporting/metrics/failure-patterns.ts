import type { FailureReason } from '../../model/failure/failure.ts';
import type { Remedy } from '../../diagnosis/catalogue/catalogue-entry.ts';
import { reasonCatalogue } from '../../diagnosis/catalogue/reason-catalogue.ts';
import { remedyOf } from '../../diagnosis/catalogue/remedy-of.ts';
import { minutes } from '../figures.ts';
import type { Loss, LossReason, PastFailure } from './lost-time.ts';

/** A failure with what was read of it. */
export type ReadFailure = {
  readonly reason: FailureReason;
  readonly fingerprint: string;
  readonly remedy: Remedy;
  readonly lostMs: number;
  readonly isFixed: boolean;
};

/** One and the same failure, whichever tasks and runs met it. */
export type FailurePattern = {
  readonly fingerprint: string;
  readonly reason: FailureReason;
  /** How often it was met. */
  readonly count: number;
  /** In how many runs. */
  readonly runs: number;
  /** How often a retry fixed it. */
  readonly mended: number;
  readonly minutesLost: number;
  /** What it is, as a rule. */
  readonly cause: string;
};

/** What would save the most time. */
export type Improvement = {
  readonly advice: string;
  /** Why the time was lost. */
  readonly reasons: readonly LossReason[];
  readonly minutesLost: number;
  /** How often it was lost for that. */
  readonly count: number;
};

/** Reads what a failure of a run is, and what to do about it. */
export function readFailure({ failure, evidence, lostMs, isFixed }: PastFailure): ReadFailure {
  const { reason } = failure;
  const read = evidence();
  const { fingerprint } = read;
  return { reason, fingerprint, remedy: remedyOf(reason, read), lostMs, isFixed };
}

/** A failure of one of the runs that are measured together; of two repositories, these may have the same id. */
type NumberedFailure = ReadFailure & { readonly run: number };

/** Failures by fingerprint: the ones that cost the most time first, then the most frequent. */
export function failurePatterns(failures: readonly NumberedFailure[]): FailurePattern[] {
  return [...Map.groupBy(failures, ({ fingerprint }) => fingerprint)]
    .map(([fingerprint, all]) => ({
      ...{ fingerprint, reason: all[0]!.reason, count: all.length },
      runs: new Set(all.map(({ run }) => run)).size,
      mended: all.filter(({ isFixed }) => isFixed).length,
      minutesLost: minutesOf(all),
      cause: all[0]!.remedy.cause,
    }))
    .toSorted((one, other) => worst(one, other) || compare(one.fingerprint, other.fingerprint));
}

/** The minutes that were lost for each reason, the most first. */
export function minutesLostBy(
  losses: readonly Loss[],
): { readonly reason: LossReason; readonly minutes: number }[] {
  return [...Map.groupBy(losses, ({ reason }) => reason)]
    .map(([reason, all]) => ({ reason, minutes: minutesOf(all) }))
    .toSorted((one, other) => other.minutes - one.minutes || compare(one.reason, other.reason));
}

/** What to do about what was lost, in the order of the minutes that it cost. */
export function improvementsFor(
  failures: readonly ReadFailure[],
  others: readonly Loss[],
): Improvement[] {
  const advised = [
    ...failures.map(({ remedy, ...loss }) => ({ ...loss, advice: remedy.fix })),
    ...others.map((loss) => ({ ...loss, advice: adviceFor(loss.reason) })),
  ];
  return [
    ...Map.groupBy<string, Loss & { readonly advice: string }>(advised, ({ advice }) => advice),
  ]
    .map(([advice, all]) => ({
      advice,
      reasons: [...new Set(all.map(({ reason }) => reason))],
      minutesLost: minutesOf(all),
      count: all.length,
    }))
    .toSorted((one, other) => worst(one, other) || compare(one.advice, other.advice));
}

const ownAdvice: Record<Exclude<LossReason, FailureReason>, string> = {
  cancelled: 'Look at what was cancelled, and why: a dry run shows tasks that are better left out.',
  environment: 'Fix what several agents met at once (flotilla doctor looks at the machine).',
  unreviewed: 'Review open pull requests sooner, or let more of them be open (--max-unreviewed).',
  unapproved: 'Approve pull requests sooner, or merge what is verified (--merge verified).',
};

/** Time in which nobody could work says nothing but its reason. */
function adviceFor(reason: LossReason): string {
  return reason in ownAdvice
    ? ownAdvice[reason as keyof typeof ownAdvice]
    : reasonCatalogue[reason as FailureReason].fix;
}

type Cost = { readonly minutesLost: number; readonly count: number };

function worst(one: Cost, other: Cost): number {
  return other.minutesLost - one.minutesLost || other.count - one.count;
}

function minutesOf(losses: readonly { readonly lostMs: number }[]): number {
  return minutes(losses.reduce((sum, { lostMs }) => sum + lostMs, 0)) ?? 0;
}

function compare(one: string, other: string): number {
  return one.localeCompare(other, 'en');
}
