import { mean } from '../footprints/measures.ts';
import { type Policy, type PolicyRun, type WaveResult } from './replay-wave.ts';

/** One policy over some waves: means of waves, and sums where something is counted. */
export type Row = {
  /** Share of the tasks, 0 to 1. */
  readonly merged: number;
  readonly seconds: number;
  /** The work of what was merged, over the time. */
  readonly speedUp: number;
  /** All work, over the longest task or what the places allow. */
  readonly possible: number;
  readonly agentMinutes: number;
  readonly asked: number;
  readonly succeeded: number;
  readonly blockedInVain: number;
  readonly problems: number;
};

/** Sums one policy up; null when no wave ran by it. A run that merged nothing has no time, and a speed-up of nothing. */
export function summarize(results: readonly WaveResult[], policy: Policy): Row | null {
  const runs = results.flatMap((result) =>
    result.runs.filter((run) => run.policy === policy).map((run) => ({ ...run, result })),
  );
  if (runs.length === 0) return null;
  const count = (of: (run: (typeof runs)[number]) => number): number =>
    runs.reduce((sum, run) => sum + of(run), 0);
  const known = (values: readonly (number | null)[]): number =>
    mean(values.filter((value) => value !== null));
  return {
    merged: mean(runs.map(({ figures, result }) => figures.merged.length / result.seconds.length)),
    seconds: known(runs.map(({ figures }) => figures.seconds)),
    speedUp: mean(runs.map(speedUp)),
    possible: mean(runs.map(({ result }) => possibleOf(result))),
    agentMinutes: mean(runs.map(({ figures }) => figures.agentSeconds / 60)),
    asked: count(({ figures }) => figures.resolutions.asked),
    succeeded: count(({ figures }) => figures.resolutions.succeeded),
    blockedInVain: count((run) => run.blockedInVain),
    problems: count(({ figures }) => (figures.problem === null ? 0 : 1)),
  };
}

type RunOf = PolicyRun & { readonly result: WaveResult };

/** What was merged, one after another, each by its first attempt, over the time. */
function speedUp({ figures: { merged, seconds }, result }: RunOf): number {
  const work = merged.reduce((sum, task) => sum + (result.seconds[task - 1] ?? 0), 0);
  return seconds === null ? 0 : work / seconds;
}

/** How many times faster than one after another work could be at most: no task is shorter, and places are few. */
export function possibleOf({ seconds, atOnce }: Pick<WaveResult, 'seconds' | 'atOnce'>): number {
  const sum = seconds.reduce((total, one) => total + one, 0);
  return sum / Math.max(...seconds, sum / atOnce);
}
