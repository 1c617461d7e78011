import type { SeenConflict } from '../model/merge/conflict.ts';
import { mayConflict } from '../trial/changed-paths.ts';
import { areAllLocks } from '../trial/hub-rules.ts';
import type { MergeTrial } from '../trial/try-merges.ts';
import type { Snapshot } from './radar-looks.ts';

/** Two sides to be tried, and whose they are. */
export type RadarPair = {
  readonly task: number;
  readonly with: number | 'base';
  readonly ours: string;
  readonly theirs: string;
};

function keyOf({ task, with: other }: Pick<RadarPair, 'task' | 'with'>): string {
  return `${task} ${other}`;
}

/** The pairs of which a side moved and that could conflict; and which results hold no more. */
export function pairsToTry(params: {
  readonly snapshots: ReadonlyMap<number, Snapshot>;
  readonly base: string;
  readonly moved: ReadonlySet<number>;
  readonly hasBaseMoved: boolean;
}): { readonly suspects: readonly RadarPair[]; readonly isToForget: (key: string) => boolean } {
  const { snapshots, base, moved, hasBaseMoved } = params;
  const tasks = [...snapshots.keys()].toSorted((one, other) => one - other);
  const suspects: RadarPair[] = [];
  const stale = new Set<string>();
  for (const [index, task] of tasks.entries()) {
    const one = snapshots.get(task) as Snapshot;
    if (moved.has(task) || hasBaseMoved) {
      stale.add(keyOf({ task, with: 'base' }));
      const pair = { task, with: 'base', ours: base, theirs: one.commit } as const;
      if (one.root !== base) suspects.push(pair);
    }
    for (const second of tasks.slice(index + 1)) {
      if (!moved.has(task) && !moved.has(second)) continue;
      const other = snapshots.get(second) as Snapshot;
      stale.add(keyOf({ task, with: second }));
      if (couldConflict(one, other))
        suspects.push({ task, with: second, ours: one.commit, theirs: other.commit });
    }
  }
  const isThere = (name: string | undefined): boolean =>
    name === 'base' || snapshots.has(Number(name));
  return { suspects, isToForget: (key) => stale.has(key) || !key.split(' ').every(isThere) };
}

/** Sides without a common history with the base conflict with it; between each other they are not tried. */
function couldConflict(one: Snapshot, other: Snapshot): boolean {
  return one.paths !== null && other.paths !== null && mayConflict(one.paths, other.paths);
}

/** Writes down what a trial found. */
export function noteTrial(
  known: Map<string, SeenConflict>,
  pair: RadarPair,
  trial: MergeTrial,
): void {
  if (trial.kind === 'clean') return;
  const files = trial.kind === 'conflicted' ? trial.files : [];
  // They are made again when it comes to merging.
  if (areAllLocks(files)) return;
  known.set(keyOf(pair), { task: pair.task, with: pair.with, files });
}

/** Whether a conflict is new, or in more files than it was. */
export function hasGrown(before: SeenConflict | undefined, now: SeenConflict): boolean {
  if (before === undefined) return true;
  const paths = new Set(before.files.map(({ path }) => path));
  return now.files.some(({ path }) => !paths.has(path));
}
