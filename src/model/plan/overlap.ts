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
  /**
   * The probability that the two changes do not merge, since they change the same lines or neighbouring ones; no more
   * than `risk`.
   */
  readonly conflict: number;
  /** Likeliest first; empty where the evidence does not say in which file they meet. */
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

/** How likely two tasks meet. */
export type PairChances = {
  /** The probability that they touch a file in common. */
  readonly overlap: number;
  /** The probability that their changes do not merge. */
  readonly conflict: number;
};

/**
 * How likely two tasks, by their places in the list, meet in a file that neither declares. It may know of files that are
 * too unlikely to be in a footprint, and of what the tasks say.
 */
export type Foresee = (one: number, other: number) => PairChances;

/** Pairs without a path in common that meet with less than this probability are left out. */
const leastRisk = 0.1;

/**
 * Of two changes of one file, this share does not merge: in the four histories that pairs were learned from, .31 of 617
 * pairs with one file in common, .51 of 161 with two, .74 of 57 with three.
 */
const conflictInFile = 0.3;

/** A path that both touch with less than this probability says nothing about them. */
const leastShared = 0.02;

/**
 * All pairs of tasks that have a path in common or may meet elsewhere, the riskiest first. Without `foresee`, what is
 * shared unasked is taken from the footprints alone.
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
  if (foresee !== undefined) addForeseen(pairs, tasks.length, foresee);
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

/** Adds the pairs that probably meet, though nothing in their footprints says where. */
function addForeseen(pairs: Map<number, Pair>, count: number, foresee: Foresee): void {
  for (let one = 0; one < count; one += 1)
    for (let other = one + 1; other < count; other += 1) {
      const key = one * count + other;
      if (!pairs.has(key) && foresee(one, other).overlap >= leastRisk) pairs.set(key, []);
    }
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
  const [first, second] = [Math.floor(key / tasks.length), key % tasks.length];
  const expected = pair.reduce((sum, { probability, files }) => sum + probability * files, 0);
  const union = (sizes[first] ?? 0) + (sizes[second] ?? 0) - expected;
  const [one = 0, other = 0] = [tasks[first]?.ordinal, tasks[second]?.ordinal];
  const asked = chancesOf(pair.filter(({ isAsked }) => isAsked));
  const unasked =
    foresee === undefined
      ? chancesOf(pair.filter(({ isAsked }) => !isAsked))
      : foresee(first, second);
  return {
    tasks: one < other ? [one, other] : [other, one],
    share: union <= 0 ? 1 : Math.min(1, expected / union),
    risk: eitherOf(asked.overlap, unasked.overlap),
    conflict: eitherOf(asked.conflict, unasked.conflict),
    isSaidOfBoth: pair.some((path) => path.isSaidOfBoth && path.probability >= riskLimit),
    paths: pair.length < 2 ? pair : pair.toSorted((a, b) => b.probability - a.probability),
  };
}

/** How likely two tasks meet in one of some paths, as if each were touched for itself. */
function chancesOf(pair: readonly Meeting[]): PairChances {
  let [apart, merging] = [1, 1];
  for (const { probability } of pair) {
    apart *= 1 - probability;
    merging *= 1 - probability * conflictInFile;
  }
  return { overlap: 1 - apart, conflict: 1 - merging };
}

function eitherOf(one: number, other: number): number {
  return 1 - (1 - one) * (1 - other);
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
