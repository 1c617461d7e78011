import type { FailureReason } from '../../model/failure/failure.ts';
import { countFates, type PullFates } from '../../model/state/pull-fates.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { readFailure, type ReadFailure } from './failure-patterns.ts';
import { tallyFootprint, type FootprintTally } from './footprint-accuracy.ts';
import { failuresOf, otherLosses, type Loss } from './lost-time.ts';
import { countSuccesses, type Successes } from './measure-success.ts';
import { controlCost, runCost } from './run-cost.ts';
import { runTime, type RunTime } from './run-time.ts';

/**
 * What is needed of one run to measure many: small where its events and state may be large, and plain JSON, so that it can
 * be kept. `measureRuns` puts those of several runs together.
 */
export type RunFigures = {
  readonly counts: Successes;
  readonly time: RunTime;
  readonly footprint: FootprintTally;
  readonly fates: PullFates;
  /** US dollars; null when no agent reported it. */
  readonly costUsd: number | null;
  readonly controlCostUsd: number | null;
  /** Why tasks are failed now. */
  readonly reasons: readonly FailureReason[];
  /** All that ever failed. */
  readonly failures: readonly ReadFailure[];
  readonly others: readonly Loss[];
};

/**
 * The figures of one run, of nothing but its state. They are kept for as long as a run has no newer event: a change
 * of what comes out here of the same events needs another `madeVersion` in `src/app/history/kept-version.ts`.
 */
export function figuresOfRun(state: RunState): RunFigures {
  return {
    counts: countSuccesses(state),
    time: runTime(state),
    footprint: tallyFootprint(state),
    fates: countFates(state.tasks),
    costUsd: runCost(state),
    controlCostUsd: controlCost(state),
    reasons: state.tasks.flatMap(({ failure }) => failure?.reason ?? []),
    failures: failuresOf(state).map(readFailure),
    others: otherLosses(state),
  };
}
