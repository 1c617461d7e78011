import { hubKind } from './hub-file.ts';
import type { FootprintEntry } from './plan.ts';

/** A task as far as its files go. */
export type Footprinted = {
  readonly ordinal: number;
  readonly footprint: readonly FootprintEntry[];
};

/** A path that two tasks both may touch. */
export type SharedPath = { readonly path: string; readonly probability: number };

/** What two tasks have in common. */
export type Overlap = {
  /** The smaller ordinal first. */
  readonly tasks: readonly [number, number];
  /** Expected shared files over expected files of both, 0 to 1: the guide's limit is 0.1. */
  readonly share: number;
  /** The probability that they touch at least one file in common: calibrated, where `foresee` is. */
  readonly risk: number;
  /** Likeliest first. */
  readonly paths: readonly SharedPath[];
  /** Whether both texts, or a second reader of both, say that they change one of them. */
  readonly isSaidOfBoth: boolean;
};

/** The user guide's limit for the share of files that two tasks have in common. */
export const overlapLimit = 0.1;

/** Two tasks that share a file with at least this probability collide, no matter what else they touch. */
export const riskLimit = 0.5;

/** Whether two tasks are taken to collide: they may not run at the same time. */
export function isConflict({ share, risk }: Overlap): boolean {
  return risk >= riskLimit || (share > overlapLimit && risk >= 0.25);
}

/** A predicted hub is touched by many and rarely in the same lines. */
const hubDiscount = 0.3;

/** A directory counts as this many files. */
const filesOfDirectory = 3;

type Claim = {
  readonly place: number;
  readonly entry: FootprintEntry;
  readonly probability: number;
};

/** A path that both may touch, once, by the likelier of the ways in which they may. */
type Meeting = SharedPath & {
  readonly files: number;
  /** Whether one of them declares it. */
  readonly isAsked: boolean;
  readonly isSaidOfBoth: boolean;
};

/** Nearly every pair has one meeting; few have dozens. */
type Pair = Meeting[];

/**
 * The probability that two tasks, by their places in the list, share a file that neither declares. It may know of files
 * that are too unlikely to be in a footprint.
 */
export type Foresee = (one: number, other: number) => number;

/** A path that both touch with less than this probability says nothing about them. */
const leastShared = 0.02;

/**
 * All pairs of tasks that have a path in common, the riskiest first. Without `foresee`, what is shared unasked is taken
 * from the footprints alone.
 */
export function findOverlaps(tasks: readonly Footprinted[], foresee?: Foresee): Overlap[] {
  const byPath = new Map<string, Claim[]>();
  for (const [place, { footprint }] of tasks.entries())
    for (const entry of footprint) {
      if (entry.isHint === true) continue;
      const claim = { place, entry, probability: weightOf(entry) };
      const claims = byPath.get(entry.path);
      if (claims === undefined) byPath.set(entry.path, [claim]);
      else claims.push(claim);
    }
  const pairs = new Map<number, Pair>();
  for (const [path, claims] of byPath) {
    for (let first = 0; first < claims.length; first += 1)
      for (let second = first + 1; second < claims.length; second += 1)
        share(pairs, tasks.length, claims[first]!, claims[second]!);
    for (const above of directoriesAbove(path))
      for (const owner of byPath.get(above) ?? [])
        for (const claim of claims)
          if (!claim.entry.isNew) share(pairs, tasks.length, claim, owner);
  }
  const sizes = tasks.map(({ footprint }) => expectedFiles(footprint));
  return [...pairs]
    .map(([key, pair]) => overlapOf({ tasks, sizes, foresee }, key, pair))
    .toSorted((one, other) => other.risk - one.risk);
}

/**
 * Counts a path that both may touch. A file that one task creates below a directory that another one creates or
 * changes is not shared: there is nothing yet that both could change.
 */
function share(pairs: Map<number, Pair>, count: number, claim: Claim, other: Claim): void {
  const probability = claim.probability * other.probability;
  if (claim.place === other.place || probability < leastShared) return;
  const key = Math.min(claim.place, other.place) * count + Math.max(claim.place, other.place);
  let pair = pairs.get(key);
  if (pair === undefined) pairs.set(key, (pair = []));
  const { path } = claim.entry;
  const isAsked = isSaid(claim.entry) || isSaid(other.entry);
  const isSaidOfBoth = isSaid(claim.entry) && isSaid(other.entry);
  const meeting = { path, probability, files: filesOf(claim.entry), isAsked, isSaidOfBoth };
  // One path is looked at after the other, so that it can only be the last.
  const last = pair.at(-1);
  if (last?.path !== path) pair.push(meeting);
  else if (probability > last.probability) pair[pair.length - 1] = meeting;
}

/** Whether a person or a second reader said so: what is foreseen from the repository does not know of it. */
function isSaid({ isDeclared, isRead = false }: FootprintEntry): boolean {
  return isDeclared || isRead;
}

type Judged = {
  readonly tasks: readonly Footprinted[];
  readonly sizes: readonly number[];
  readonly foresee: Foresee | undefined;
};

function overlapOf({ tasks, sizes, foresee }: Judged, key: number, pair: Pair): Overlap {
  let [expected, none, noGuess] = [0, 1, 1];
  for (const { probability, files, isAsked } of pair) {
    expected += probability * files;
    if (isAsked) none *= 1 - probability;
    else noGuess *= 1 - probability;
  }
  const [first, second] = [Math.floor(key / tasks.length), key % tasks.length];
  const union = (sizes[first] ?? 0) + (sizes[second] ?? 0) - expected;
  const [one = 0, other = 0] = [tasks[first]?.ordinal, tasks[second]?.ordinal];
  return {
    tasks: one < other ? [one, other] : [other, one],
    share: union <= 0 ? 1 : Math.min(1, expected / union),
    risk: 1 - none * (foresee === undefined ? noGuess : 1 - foresee(first, second)),
    isSaidOfBoth: pair.some((path) => path.isSaidOfBoth && path.probability >= riskLimit),
    paths: pair.length === 1 ? pair : pair.toSorted((a, b) => b.probability - a.probability),
  };
}

/** How many files a footprint will probably come to. */
export function expectedFiles(footprint: readonly FootprintEntry[]): number {
  return footprint.reduce((sum, entry) => sum + weightOf(entry) * filesOf(entry), 0);
}

function weightOf({ path, probability, isDeclared }: FootprintEntry): number {
  return isDeclared || hubKind(path) === null ? probability : probability * hubDiscount;
}

function filesOf({ path }: FootprintEntry): number {
  return path.endsWith('/') ? filesOfDirectory : 1;
}

function directoriesAbove(path: string): string[] {
  const parts = path.split('/').slice(0, path.endsWith('/') ? -2 : -1);
  return parts.map((_, index) => `${parts.slice(0, index + 1).join('/')}/`);
}
