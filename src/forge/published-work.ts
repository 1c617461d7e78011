import type { IssueRef } from '../model/issue/issue.ts';

export type ForgeItem = { readonly number: number; readonly url: string };

/** Asks what a forge has for tasks of a master issue. */
export type PublishedParams = {
  readonly issue: IssueRef;
  readonly tasks: readonly PublishedTask[];
};

export type PublishedTask = {
  readonly ordinal: number;
  readonly title: string;
  /** What its sub-issue is called. */
  readonly issueTitle: string;
  /** The hidden marker that its sub-issue would get. */
  readonly key: string;
};

/** What was found for one task. */
export type PublishedWork = {
  readonly ordinal: number;
  readonly issue: ForgeItem;
  readonly branch: string;
  /** The commit that the branch is at; null: it is gone. */
  readonly head: string | null;
  /** The pull request that counts: the open one, otherwise a merged one, otherwise the newest. */
  readonly pull: PublishedPull | null;
  /** Whether it says that a run of ours for this master issue made it. */
  readonly isOurs: boolean;
};

export type PublishedPull = ForgeItem & {
  readonly state: 'open' | 'merged' | 'closed';
  readonly head: string;
  /** The branch that it goes into, or went into. */
  readonly base: string;
  /** The commit that it was merged as; null while it is not. */
  readonly mergedAs: string | null;
  /** The digest of the task's text that it was made for; null if it does not say. */
  readonly text: string | null;
};
