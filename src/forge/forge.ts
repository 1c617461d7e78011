import type { IssueRef } from '../model/issue.ts';

/** The place where issues, branches and pull requests live: GitHub, or the local one embedded here. */
export type Forge = {
  /** Finds the issue with this key, bringing it up to date, or makes it. */
  readonly ensureIssue: (order: IssueOrder) => Promise<ForgeItem>;
  /** Publishes a commit of ours as a branch; doing it twice is no error. */
  readonly push: (order: PushOrder) => Promise<void>;
  /** Finds the pull request of this key, bringing it up to date, or opens it. */
  readonly ensurePullRequest: (order: PullRequestOrder) => Promise<ForgeItem>;
};

export type ForgeItem = { readonly number: number; readonly url: string };

export type IssueOrder = {
  readonly kind: 'sub-issue' | 'diagnostic';
  readonly parent: IssueRef;
  /** The hidden marker by which it is found again. */
  readonly key: string;
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  readonly labels: readonly string[];
};

export type PushOrder = {
  /** The git directory that holds the commit. */
  readonly from: string;
  readonly commit: string;
  readonly branch: string;
};

export type PullRequestOrder = {
  readonly key: string;
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  readonly head: string;
  readonly base: string;
  /** The sub-issue that it closes. */
  readonly closes: number;
  /** The checks as we ran them on the head. */
  readonly checks: readonly {
    readonly name: string;
    readonly state: string;
    readonly durationMs: number;
  }[];
};
