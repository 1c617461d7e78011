import type { BareClone } from '../git/bare-clone.ts';
import { openMergeRepository, type MergeRepository } from '../git/merge-repository.ts';
import type { SeenConflict } from '../model/merge/conflict.ts';
import { createPool } from '../workspace/machine/pool.ts';
import type { Confinement } from '../workspace/sandbox/confinement.ts';
import { tryMerges } from '../trial/try-merges.ts';
import { learnCommits, type CommitFacts } from './commit-facts.ts';
import { keepByRefs, lookAt, tasksThat, type Snapshot, type WatchedSide } from './radar-looks.ts';
import { hasGrown, noteTrial, pairsToTry, type RadarPair } from './radar-pairs.ts';

/** What one look at all workspaces found. */
export type RadarRound = {
  /** All conflicts that there are now. */
  readonly conflicts: readonly SeenConflict[];
  /** Those that were not there the last time, or in fewer files. */
  readonly arisen: readonly SeenConflict[];
  /** Those of the last time that are gone. */
  readonly settled: readonly SeenConflict[];
  /** Tasks whose work changed since the last time. */
  readonly moved: readonly number[];
  /** Tasks whose workspace could not be read: what was known of them stays. */
  readonly unread: readonly number[];
  /** Merges that were tried. */
  readonly tried: number;
};

/** Watches workspaces for conflicts between them while they are worked in, touching none of them. */
export type Radar = AsyncDisposable & {
  readonly sweep: (params: SweepParams) => Promise<RadarRound>;
};

export type SweepParams = {
  /** The commit that the base is at now; it may move from round to round. */
  readonly base: string;
  readonly sides: readonly WatchedSide[];
  /** Lines as in `.gitignore`: untracked files that are not work, such as what setup and checks leave behind. */
  readonly excluded?: readonly string[];
};

export type RadarParams = {
  /** The clone on which the watched workspaces build. */
  readonly clone: BareClone;
  readonly confinement: Confinement;
  /** A place that only the radar uses: it is deleted and made again. */
  readonly directory: string;
  /** Lines as in `.gitattributes`: files that merge by a rule. */
  readonly attributes?: readonly string[];
};

/** After this many snapshots and trials, what they left behind is thrown away. */
const mostObjects = 2_000;

/** Git waits for the disk now and then. */
const lookedAtOnce = 4;

/** Opens a radar. The first sweep takes longest: later ones look only at what moved. */
export function openRadar(params: RadarParams): Radar {
  let repository: MergeRepository | null = null;
  let commits: CommitFacts | null = null;
  const places = createPool(lookedAtOnce);
  let used = 0;
  let base = '';
  let leftOut = '';
  const snapshots = new Map<number, Snapshot>();
  const known = new Map<string, SeenConflict>();
  const close = async (): Promise<void> => {
    await repository?.[Symbol.asyncDispose]();
    repository = null;
    commits = null;
  };

  const sweep = async ({ base: now, sides, excluded = [] }: SweepParams): Promise<RadarRound> => {
    // What was taken for work before would stay in the index: everything is read again.
    if (used > mostObjects || leftOut !== excluded.join('\n')) await close();
    leftOut = excluded.join('\n');
    if (repository === null) used = 0;
    repository ??= await openMergeRepository({ ...params, excluded, from: params.clone.git });
    commits ??= learnCommits(repository.git);
    const hasBaseMoved = base !== now;
    base = now;
    const { confinement } = params;
    const place = { repository, commits, confinement, base, hasBaseMoved, snapshots };
    const looks = await Promise.all(sides.map((side) => places(() => lookAt(side, place))));
    const moved = tasksThat(looks, 'moved');
    forgetOthers(snapshots, sides);
    await keepByRefs(repository, snapshots);
    const pairs = pairsToTry({ snapshots, base, moved: new Set(moved), hasBaseMoved });
    const trials = await tryMerges(repository.git, pairs.suspects);
    used += moved.length + trials.length;
    const before = new Map(known);
    for (const key of before.keys()) if (pairs.isToForget(key)) known.delete(key);
    trials.forEach((trial, index) => noteTrial(known, pairs.suspects[index] as RadarPair, trial));
    return {
      conflicts: [...known.values()],
      arisen: [...known]
        .filter(([key, one]) => hasGrown(before.get(key), one))
        .map(([, one]) => one),
      settled: [...before].filter(([key]) => !known.has(key)).map(([, one]) => one),
      moved,
      unread: tasksThat(looks, 'unread'),
      tried: trials.length,
    };
  };
  return { sweep, [Symbol.asyncDispose]: close };
}

/** What is watched no more is forgotten. */
function forgetOthers(snapshots: Map<number, Snapshot>, sides: readonly WatchedSide[]): void {
  const watched = new Set(sides.map(({ task }) => task));
  for (const task of snapshots.keys()) if (!watched.has(task)) snapshots.delete(task);
}
