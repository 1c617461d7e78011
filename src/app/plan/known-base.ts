import type { Journal } from '../../journal/journal.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import { isRed } from '../../model/failure/failure.ts';
import type { RunState } from '../../model/state/run-state.ts';
import type { BaseEvidence } from './base-evidence.ts';

/** Older runs had other bases. */
const mostRuns = 20;

/** The newest run that checked this very commit; null when none of the last ones did. */
export function newestBaseCheck(journal: Journal, sha: string): RunState | null {
  for (const { run } of journal.runs().slice(0, mostRuns)) {
    const state = foldRun(journal.readSound(run).events);
    if (state?.base.sha === sha && state.baseChecks !== null) return state;
  }
  return null;
}

/** Whether an earlier run saw all that is run on a base now, setup and checks, pass on this very commit. */
export function isKnownGreen(
  journal: Journal,
  params: { readonly base: { readonly sha: string }; readonly evidence: BaseEvidence },
): boolean {
  const { setup, checks } = params.evidence;
  const seen = newestBaseCheck(journal, params.base.sha)?.baseChecks ?? [];
  const wanted = [setup, ...checks.map(({ command }) => command)].filter((one) => one !== null);
  return (
    !seen.some(isRed) && wanted.every((command) => seen.some((check) => check.command === command))
  );
}
