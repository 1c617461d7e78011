import { limitInWords } from '../../model/names.ts';
import type { CiState } from '../../model/state/task-state.ts';
import type { CiSeen } from '../../model/event/pull-event.ts';
import type { PullReport } from '../../forge/forge.ts';
import type { CiPolicy } from '../../services/execution-settings.ts';

/** What was seen of one pull request, and since when it is watched. Times are milliseconds since 1970. */
export type CheckLook = {
  /** Null: the forge does not know it. */
  readonly report: PullReport | null;
  readonly ci: Pick<CiState, 'head' | 'pushedAt'>;
  readonly now: number;
  /** When this orchestrator began. */
  readonly watchedSince: number;
  /** When something was first seen to be red; null while nothing is. */
  readonly redSince: number | null;
  /** Whether the head has workflows at all. */
  readonly hasWorkflows: boolean;
};

export type CheckVerdict = Omit<CiSeen, 'type' | 'task' | 'head'>;

/** With workflows, GitHub needs a while until it shows their checks. */
export const workflowFactor = 4;

/**
 * Says how the checks of a pull request stand, and whether anything more is worth waiting for:
 *
 *   nothing reports ──▶ none, once it would have by now
 *   some are red    ──▶ failed, once the others ended or had their time to
 *   all have ended  ──▶ passed
 *   patience is over ─▶ whatever it is, with what is still pending
 */
export function judgeChecks(look: CheckLook, policy: CiPolicy): CheckVerdict {
  const { report, ci, now } = look;
  if (report === null) return over('unknown', 'the forge does not know the pull request');
  const pushedAt = Date.parse(ci.pushedAt);
  const appearMs = policy.graceSeconds * 1_000 * (look.hasWorkflows ? workflowFactor : 1);
  const { failed, pending } = namesIn(report);
  const isOutOfPatience =
    now >= Math.max(pushedAt, look.watchedSince) + policy.patienceSeconds * 1_000;
  if (report.state !== 'open')
    return { ...verdict(report, failed, pending), isFinal: true, note: `it was ${report.state}` };
  if (report.head !== ci.head)
    return now >= Math.max(pushedAt, look.watchedSince) + appearMs
      ? over('unknown', 'its branch is at another commit than ours')
      : { ...over('none', ''), isFinal: false };
  if (report.checks === 'none')
    return { ...over('none', ''), isFinal: now >= pushedAt + appearMs || isOutOfPatience };
  const seen = verdict(report, failed, pending);
  if (pending.length === 0) return { ...seen, isFinal: true };
  const hadTime =
    failed.length > 0 &&
    look.redSince !== null &&
    now >= look.redSince + policy.graceSeconds * 1_000 * workflowFactor;
  if (!hadTime && !isOutOfPatience) return { ...seen, isFinal: false };
  const waited = isOutOfPatience ? limitInWords(policy.patienceSeconds) : 'the others had ended';
  return { ...seen, isFinal: true, note: stillPending(seen, waited) };
}

function stillPending({ checks, pending }: CheckVerdict, waited: string): string {
  return checks === 'failed' ? `not ended yet: ${pending.join(', ')}` : `still so after ${waited}`;
}

function over(checks: CheckVerdict['checks'], note: string): CheckVerdict {
  return { checks, failed: [], pending: [], isFinal: true, note };
}

function verdict(
  report: PullReport,
  failed: readonly string[],
  pending: readonly string[],
): CheckVerdict {
  const open = pending.length > 0 ? 'pending' : report.checks === 'none' ? 'none' : 'passed';
  const checks = failed.length > 0 ? 'failed' : open;
  return { checks, failed, pending, isFinal: false, note: '' };
}

/** A verdict without a name is that of checks beyond those that were listed. */
function namesIn(report: PullReport): Pick<CheckVerdict, 'failed' | 'pending'> {
  const failed = [...new Set(report.failed.map(({ name }) => name))];
  const pending = [...new Set(report.pending)];
  if (report.checks === 'failed' && failed.length === 0) return { failed: ['a check'], pending };
  const isHidden = report.checks === 'pending' && pending.length === 0 && failed.length === 0;
  return { failed, pending: isHidden ? ['a check'] : pending };
}
