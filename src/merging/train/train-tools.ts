import type { FailedCheck, Forge } from '../../forge/forge.ts';
import type { BareClone } from '../../git/bare-clone.ts';
import type { GitIdentity } from '../../git/git.ts';
import type { RunEvent } from '../../model/event/event.ts';
import type { PullRemark } from '../../model/event/pull-remark.ts';
import type { CarState, TrainState } from '../../model/merge/train.ts';
import type { MergedBefore } from '../../trial/blame-conflict.ts';
import type { RunChecks } from '../../trial/judge-union.ts';
import type { MergeRepository } from '../../git/merge-repository.ts';
import type { ScratchTree } from '../../trial/scratch-tree.ts';
import type { SettleByRule } from '../../trial/settle-by-rule.ts';
import type { ResolvedCar } from '../resolve/resolution-answer.ts';
import type { Resolver } from '../resolve/resolver.ts';
import type { CheckPlace } from './check-prefix.ts';
import type { Leave } from './next-train-step.ts';

type RedParams = { readonly failed: readonly FailedCheck[]; readonly head: string };

/** All that a merge train needs from outside. */
export type TrainTools = {
  readonly run: string;
  /** Writes an event down; `train` knows it from then on. */
  readonly record: (event: RunEvent) => unknown;
  readonly train: () => TrainState;
  readonly forge: Forge;
  readonly clone: BareClone;
  readonly repository: MergeRepository;
  /** Where checks run. */
  readonly scratch: ScratchTree;
  readonly runChecks: RunChecks;
  /** Where checks run before a pull request's turn has come; none: nothing is checked ahead. */
  readonly places: readonly CheckPlace[];
  /** A digest of the checks that run on what stands on a commit of the clone. */
  readonly checksOn: (onto: string) => Promise<string>;
  readonly settle: SettleByRule;
  /** The newest published commit of a task that an agent made; null when there is none. */
  readonly lastWork: (task: number) => string | null;
  /** Reads what agents need to know about the forge's red checks; null if it runs none. */
  readonly readRed: ((params: RedParams) => Promise<readonly PullRemark[]>) | null;
  /** Says on the pull request what its agent has changed; repeating it is not an error. Null when nobody would read it. */
  readonly tellReviewers: ((car: ResolvedCar) => Promise<void>) | null;
  /** Tasks that were merged before this train. */
  readonly mergedBefore: () => readonly MergedBefore[];
  /** Asks agents when git or the checks fail. */
  readonly resolver: Resolver;
  readonly identity: GitIdentity;
  /** More pull requests that may join; null: the train has all of its own from the start. */
  readonly boarding: Boarding | null;
  readonly stop: AbortSignal;
};

/** Where pull requests join a train that is under way. */
export type Boarding = {
  /** Takes in those that have become ready, as the train then knows. */
  readonly take: () => Promise<void>;
  /** Resolves with the next change: more are ready, or no more will come. */
  readonly change: () => Promise<void>;
  /** Whether no more will come. */
  readonly isOver: () => boolean;
  /** Does what follows from what is merged or left, while there is nothing else to do. */
  readonly rest: () => Promise<void>;
};

/** A pull request that is left for a reason of its own. */
export function simply(reason: Leave['reason'], message: string): Leave {
  return { reason, message, with: [], files: [] };
}

/** Brings the base as it is by now into the clone; gives its commit. */
export function fetchBase({ forge, clone, train }: TrainTools): Promise<string> {
  const { branch } = train();
  return forge.fetch({ into: clone, branch, to: `refs/flotilla/base/${branch}` });
}

/** Writes down that a pull request is left. */
export function leave({ record }: TrainTools, { task }: CarState, why: Leave): void {
  record({ type: 'merge-left', task, ...why });
}

/** Keeps what belongs to a task's merge in the clone until it is merged. */
export function refOf({ run }: TrainTools, task: number): string {
  return `refs/flotilla/train/${run}/${task}`;
}
