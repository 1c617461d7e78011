import type { JournalEvent } from '../event/event.ts';
import type { CheckResult } from '../failure/failure.ts';
import type { ResolveDone, TrainJoined, TrainPlanned } from '../event/merge-event.ts';
import type { PullRemark } from '../event/pull-remark.ts';
import type { LeaveReason, ResolveReason, TrainCar, TrainPolicy } from './train-car.ts';
import { isGreen, type CheckedTree } from './checked-tree.ts';
import type { ConflictedFile } from './conflict.ts';

/** Checks of the forge's that are red on a head, each with the end of its log. */
export type ForgeRed = { readonly head: string; readonly remarks: readonly PullRemark[] };

/** A merge of the base into a branch that git could not do. */
export type CarConflict = {
  readonly onto: string;
  /** The branch, as far as it could be brought. */
  readonly head: string;
  readonly files: readonly ConflictedFile[];
  /** The merged tasks that it conflicts with; empty: the base itself. */
  readonly with: readonly number[];
};

/** An agent was asked to bring a branch and the base together, and what came of it is not known yet. */
export type CarResolve = {
  readonly why: ResolveReason;
  readonly onto: string;
  readonly head: string;
  /** The first attempt of the task that belongs to it. */
  readonly attempt: number;
};

/** What an agent did to make a branch mergeable. */
export type CarResolution = {
  readonly why: ResolveReason;
  readonly head: string;
  /** What it changed of what git had merged. */
  readonly files: readonly string[];
  /** What a reviewer should know of it. */
  readonly notes: readonly string[];
  /** The merged tasks that the branch conflicted with; empty: the base itself, or there was no conflict. */
  readonly with: readonly number[];
};

/** What became of a pull request. */
export type CarOutcome =
  | { readonly kind: 'merged'; readonly sha: string }
  | {
      readonly kind: 'left';
      readonly reason: LeaveReason;
      readonly message: string;
      readonly with: readonly number[];
      readonly files: readonly string[];
    };

/** A car with what has happened to it. */
export type CarState = TrainCar & {
  /** The head that it had when the train was planned: what branches above it in a stack were built on. */
  readonly firstHead: string;
  /** The base's commit that its head holds; null while that is not known. */
  readonly onto: string | null;
  /** The head that its checks passed on. */
  readonly checked: string | null;
  readonly checks: readonly CheckResult[];
  /** The head that the forge has. */
  readonly pushed: string;
  /** Whether we were about to merge it. */
  readonly isMergeIntended: boolean;
  /** How often it was brought up to a base. */
  readonly updates: number;
  /** What git could not merge; null when it could, or did not try yet. */
  readonly conflict: CarConflict | null;
  /** Checks that fail on the base alone, too. */
  readonly redOnBase: readonly string[];
  readonly resolve: CarResolve | null;
  /** How often its agent was asked to bring it and the base together. */
  readonly resolves: number;
  /** What the forge would not merge it for; null while nothing of that was seen. */
  readonly forgeRed: ForgeRed | null;
  /** How often its agent was asked to fix what is red on the forge. */
  readonly fixes: number;
  /** The newest of what its agent did about a conflict or a red check, which its head holds; null when it did nothing. */
  readonly resolution: CarResolution | null;
  /** What came of the last time; null when it was not asked, or did it. */
  readonly resolveFailure: string | null;
  readonly outcome: CarOutcome | null;
  /** Whether the forge made another tree of its merge than the one that was checked. */
  readonly isDifferent: boolean;
};

/** A merge train, folded from its events. */
export type TrainState = {
  readonly method: 'squash' | 'merge' | 'rebase';
  readonly policy: TrainPolicy;
  readonly branch: string;
  readonly cars: readonly CarState[];
  /** Sets of tasks that are red together. */
  readonly culprits: readonly (readonly number[])[];
  /** What was checked since the train was planned, or for it; what is known of a tree is not asked again. */
  readonly trees: readonly CheckedTree[];
  readonly isEnded: boolean;
};

/** The newest train of a run, from the run's events; null when there was none. */
export function foldTrain(events: Iterable<JournalEvent>): TrainState | null {
  let state: TrainState | null = null;
  for (const event of events) state = advanceTrain(state, event);
  return state;
}

/** The train after one more event of its run. */
export function advanceTrain(state: TrainState | null, event: JournalEvent): TrainState | null {
  if (event.type === 'train-planned') return planned(event);
  if (state === null) return null;
  if (event.type === 'train-ended') return { ...state, isEnded: true };
  if (event.type === 'train-joined') return joined(state, event);
  const tree = checkedTree(event);
  const trees = tree === null ? state.trees : [...state.trees, tree];
  if (!('task' in event)) return { ...state, trees };
  const cars = state.cars.map((car) => (car.task === event.task ? advanceCar(car, event) : car));
  return { ...state, cars, trees };
}

function planned({ method, policy, branch, culprits, known = [], cars }: TrainPlanned): TrainState {
  const plan = { method, policy, branch, culprits, trees: known };
  return { ...plan, cars: cars.map(waiting), isEnded: false };
}

/** One that was left before, and comes with new work, takes its place at the end. */
function joined(state: TrainState, { cars }: TrainJoined): TrainState {
  const isNew = (one: CarState): boolean => cars.some(({ task }) => task === one.task);
  const before = state.cars.filter((one) => !isNew(one));
  return { ...state, cars: [...before, ...cars.map(waiting)] };
}

/** What an event says of a tree; null when it says nothing. */
function checkedTree(event: JournalEvent): CheckedTree | null {
  if (event.type === 'prefix-checked') {
    const { tree, onto, by, checks, flaky, redOnBase } = event;
    return { tree, onto, by, checks, flaky, redOnBase };
  }
  if (event.type !== 'update-checked' || event.prefix === undefined) return null;
  const { prefix, checks, flaky = [], redOnBase = [] } = event;
  return { ...prefix, checks, flaky, redOnBase };
}

function waiting(car: TrainCar): CarState {
  const { head } = car;
  const none = { onto: null, checks: [], isMergeIntended: false, updates: 0, outcome: null };
  const unasked = { resolve: null, resolves: 0, fixes: 0, resolution: null, resolveFailure: null };
  const untried = { conflict: null, redOnBase: [], forgeRed: null, isDifferent: false };
  return { ...car, ...none, ...unasked, ...untried, firstHead: head, checked: head, pushed: head };
}

function advanceCar(car: CarState, event: JournalEvent): CarState {
  switch (event.type) {
    case 'head-seen':
      // Somebody else's commits: nothing that was known of the old head holds.
      return {
        ...car,
        head: event.head,
        pushed: event.head,
        onto: null,
        checked: null,
        checks: [],
        conflict: null,
      };
    case 'update-done':
      return {
        ...car,
        head: event.head,
        onto: event.onto,
        updates: car.updates + 1,
        checks: event.head === car.head ? car.checks : [],
        conflict: null,
      };
    case 'update-conflicted': {
      const { onto, head, files, with: others } = event;
      return { ...car, conflict: { onto, head, files, with: others } };
    }
    case 'update-checked': {
      const checked = isGreen(event) ? event.head : car.checked;
      return { ...car, checks: event.checks, checked, redOnBase: event.redOnBase ?? [] };
    }
    case 'resolve-intended': {
      const { why, onto, head, attempt } = event;
      const counted =
        why === 'forge-checks' ? { fixes: car.fixes + 1 } : { resolves: car.resolves + 1 };
      return { ...car, resolve: { why, onto, head, attempt }, ...counted };
    }
    case 'resolve-done':
      return resolved(car, event);
    case 'resolve-failed':
      return { ...car, resolve: null, resolveFailure: event.message };
    case 'push-done':
      return { ...car, pushed: event.head };
    case 'forge-red':
      return { ...car, forgeRed: { head: event.head, remarks: event.remarks } };
    case 'merge-intended':
      return { ...car, isMergeIntended: true };
    case 'merge-done':
      return { ...car, outcome: { kind: 'merged', sha: event.sha } };
    case 'merge-differed':
      return { ...car, isDifferent: true };
    case 'merge-left': {
      const { reason, message, with: others, files } = event;
      return { ...car, outcome: { kind: 'left', reason, message, with: others, files } };
    }
    default:
      return car;
  }
}

function resolved(car: CarState, { head, onto, files, notes }: ResolveDone): CarState {
  const { why } = car.resolve ?? { why: 'conflict' };
  const others = why === 'conflict' ? (car.conflict?.with ?? []) : [];
  const resolution = { why, head, files, notes, with: others };
  const settled = { resolve: null, resolveFailure: null, conflict: null, resolution };
  return { ...car, ...settled, checks: [], head, onto };
}
