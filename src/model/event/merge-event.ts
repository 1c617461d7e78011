import type { CheckedPrefix, CheckedTree } from '../merge/checked-tree.ts';
import type { ConflictedFile, SeenConflict } from '../merge/conflict.ts';
import type { CheckResult } from '../failure/failure.ts';
import type { LeaveReason, ResolveReason, TrainCar, TrainPolicy } from '../merge/train-car.ts';
import type { UnionVerdict } from '../merge/union.ts';
import type { PullRemark } from './pull-remark.ts';

/** Everything that happens while branches are judged together and merged. */
export type EventOfMerge =
  | ConflictsSeen
  | UnionBegun
  | UnionJudged
  | TrainPlanned
  | TrainJoined
  | PrefixChecked
  | TrainEnded
  | MergeStepEvent
  | ConclusionIntended
  | ConclusionDone
  | UndoIntended
  | UndoPublished;

/** The radar saw conflicts between work that is still under way, or that some were settled. */
export interface ConflictsSeen {
  readonly type: 'conflicts-seen';
  /** Those that are new, or are in more files than before. */
  readonly arisen: readonly SeenConflict[];
  readonly settled: readonly { readonly task: number; readonly with: number | 'base' }[];
}

/** The finished branches of these tasks are about to be judged together. */
export interface UnionBegun {
  readonly type: 'union-begun';
  readonly tasks: readonly number[];
}

/** All finished branches were merged in a scratch tree, and the checks ran on them together. */
export interface UnionJudged {
  readonly type: 'union-judged';
  readonly verdict: UnionVerdict;
  /** The order in which they would be merged, with its reasons. */
  readonly cars?: readonly TrainCar[];
}

/** A merge train begins: these pull requests are merged in this order, as far as they can be. */
export interface TrainPlanned {
  readonly type: 'train-planned';
  readonly method: 'squash' | 'merge' | 'rebase';
  readonly policy: TrainPolicy;
  /** The base that they are merged into. */
  readonly branch: string;
  readonly cars: readonly TrainCar[];
  /** Sets of tasks that the union was found to be red with. */
  readonly culprits: readonly (readonly number[])[];
  /** What is known from judging the union: its own tree. Left out in old journals. */
  readonly known?: readonly CheckedTree[];
}

/** More pull requests have become ready while a train was under way: they are merged after those that it has. */
export interface TrainJoined {
  readonly type: 'train-joined';
  readonly cars: readonly TrainCar[];
}

/** The checks ran on pull requests together before their turn came: on the base with these merged into it, in this order. */
export interface PrefixChecked extends CheckedPrefix {
  readonly type: 'prefix-checked';
  readonly tasks: readonly number[];
  readonly checks: readonly CheckResult[];
  /** Those that failed first and passed when they ran again. */
  readonly flaky: readonly string[];
  /** Those that fail without the last of the tasks, too. */
  readonly redOnBase: readonly string[];
}

/** Every pull request of the train is merged or left. */
export interface TrainEnded {
  readonly type: 'train-ended';
}

/** What the merge train does with one task. */
export type MergeStepEvent =
  | HeadSeen
  | UpdateIntended
  | UpdateDone
  | UpdateConflicted
  | UpdateChecked
  | ResolveIntended
  | ResolveDone
  | ResolveFailed
  | ForgeRed
  | MergeIntended
  | MergeDone
  | MergeDiffered
  | MergeLeft;

/** The forge has another head for a pull request than the one that we know: somebody pushed to it. */
export interface HeadSeen {
  readonly type: 'head-seen';
  readonly task: number;
  readonly head: string;
}

/** A branch is about to be brought up to the base as it is now. */
export interface UpdateIntended {
  readonly type: 'update-intended';
  readonly task: number;
  /** The base's commit. */
  readonly onto: string;
}

export interface UpdateDone {
  readonly type: 'update-done';
  readonly task: number;
  readonly onto: string;
  /** The branch's new head; the old one when it held the base already. */
  readonly head: string;
  /** Files that conflicted and were made by a rule: lock files, say. */
  readonly byRule: readonly string[];
}

/** Git could not bring a branch up to the base. */
export interface UpdateConflicted {
  readonly type: 'update-conflicted';
  readonly task: number;
  readonly onto: string;
  /** The branch, as far as it could be brought. */
  readonly head: string;
  readonly files: readonly ConflictedFile[];
  /** The merged tasks that it conflicts with; empty: the base itself. */
  readonly with: readonly number[];
}

/** The checks ran on a branch with the base in it. */
export interface UpdateChecked {
  readonly type: 'update-checked';
  readonly task: number;
  readonly head: string;
  readonly checks: readonly CheckResult[];
  /** Those that failed first and passed when they ran again. */
  readonly flaky?: readonly string[];
  /** Those that fail on the base alone, too: the branch is not to blame. */
  readonly redOnBase?: readonly string[];
  /** What was checked, so that it is known again. Left out in old journals. */
  readonly prefix?: CheckedPrefix;
}

/** The agent that made a branch is about to be asked to bring it and the base together. */
export interface ResolveIntended {
  readonly type: 'resolve-intended';
  readonly task: number;
  readonly why: ResolveReason;
  readonly onto: string;
  /** Where the agent begins. */
  readonly head: string;
  /** The first attempt of the task that belongs to it. */
  readonly attempt: number;
}

/** It did: the branch holds the base, and nothing but the checks is still to be seen. */
export interface ResolveDone {
  readonly type: 'resolve-done';
  readonly task: number;
  /** Left out in old journals. */
  readonly why?: ResolveReason;
  readonly onto: string;
  readonly head: string;
  /** What the agent changed of what git had merged, conflicts included. */
  readonly files: readonly string[];
  /** What a reviewer should know of it. */
  readonly notes: readonly string[];
}

/** It did not, or its result was not accepted. */
export interface ResolveFailed {
  readonly type: 'resolve-failed';
  readonly task: number;
  readonly message: string;
}

/** The forge does not merge it, since checks of its own are red on it; its agent will be asked to fix them. */
export interface ForgeRed {
  readonly type: 'forge-red';
  readonly task: number;
  readonly head: string;
  /** The checks, each with the end of its log. */
  readonly remarks: readonly PullRemark[];
}

export interface MergeIntended {
  readonly type: 'merge-intended';
  readonly task: number;
  /** The pull request's number. */
  readonly number: number;
  readonly head: string;
  /** The base's commit. */
  readonly base: string;
}

export interface MergeDone {
  readonly type: 'merge-done';
  readonly task: number;
  /** The commit in the base. */
  readonly sha: string;
  readonly by: 'us' | 'somebody else';
  /** The person, where the forge knows people. */
  readonly who?: string;
  /** How it was merged, when the forge does not allow what was asked for. */
  readonly method?: 'squash' | 'merge' | 'rebase';
}

/** What the forge made of a merge of ours is not the tree that was checked: somebody else's work came in between. */
export interface MergeDiffered {
  readonly type: 'merge-differed';
  readonly task: number;
  /** The commit in the base. */
  readonly sha: string;
  /** The two trees. */
  readonly checked: string;
  readonly made: string;
}

/** A pull request is not merged by this train. */
export interface MergeLeft {
  readonly type: 'merge-left';
  readonly task: number;
  readonly reason: LeaveReason;
  readonly message: string;
  /** The tasks that it conflicts with, or needs. */
  readonly with: readonly number[];
  readonly files: readonly string[];
}

/** What follows from these merges is about to be done: boxes ticked, issues closed, branches removed. */
export interface ConclusionIntended {
  readonly type: 'conclusion-intended';
  readonly tasks: readonly number[];
  /** Whether nothing is left to do, so that the master issue is closed. */
  readonly isWhole: boolean;
}

export interface ConclusionDone {
  readonly type: 'conclusion-done';
  readonly tasks: readonly number[];
  readonly isWhole: boolean;
  /** What was left as it is, and why: branches, or what the forge does not let us change. */
  readonly notes: readonly string[];
}

/** A pull request that takes back what some tasks brought into the base is about to be made. */
export interface UndoIntended {
  readonly type: 'undo-intended';
  /** Names this undo among those of its run. */
  readonly key: string;
  readonly tasks: readonly number[];
  readonly branch: string;
  /** The commit of the base that it starts from. */
  readonly base: string;
}

/** That pull request is there. Nothing is undone before it is merged. */
export interface UndoPublished {
  readonly type: 'undo-published';
  readonly key: string;
  /** The head of its branch. */
  readonly head: string;
  readonly number: number;
  readonly url: string;
  /** The commits of the base that it takes back, the newest first. */
  readonly commits: readonly { readonly task: number; readonly sha: string }[];
}
