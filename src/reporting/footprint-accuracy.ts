import { isWithin } from '../model/plan.ts';
import type { RunState } from '../model/run-state.ts';

/** How well the plan foresaw which files are touched; null where there was nothing to compare. */
export type FootprintAccuracy = {
  /** Of the files that were touched, the share that was predicted. */
  readonly recall: number | null;
  /** Of the paths that were predicted, the share under which something was touched. */
  readonly precision: number | null;
};

/** A path counts as predicted from this probability on. */
const likely = 0.5;

/** Compares what the plan predicted with what was really touched, over all tasks that have commits. */
export function measureFootprint(state: RunState): FootprintAccuracy {
  const tally = { touched: 0, foreseen: 0, predicted: 0, hit: 0 };
  for (const task of state.tasks.filter(({ commits }) => commits.length > 0)) {
    const planned = state.plan?.tasks.find(({ ordinal }) => ordinal === task.ordinal);
    const predicted = (planned?.footprint ?? []).filter((entry) => entry.probability >= likely);
    tally.touched += task.files.length;
    tally.predicted += predicted.length;
    tally.foreseen += task.files.filter((file) =>
      predicted.some((entry) => isWithin(file.path, entry.path)),
    ).length;
    tally.hit += predicted.filter((entry) =>
      task.files.some((file) => isWithin(file.path, entry.path)),
    ).length;
  }
  return {
    recall: tally.predicted === 0 ? null : share(tally.foreseen, tally.touched),
    precision: share(tally.hit, tally.predicted),
  };
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : Number((part / whole).toFixed(3));
}
