import type { BareClone } from '../git/bare-clone.ts';
import type { MergeMethod } from '../git/combine-commits.ts';
import type { GitIdentity } from '../git/git.ts';
import type { IssueRef } from '../model/issue/issue.ts';
import type { PublishedOrder, PublishedWork, ForgeItem } from './published-work.ts';
import type { CommitStanding, FailedCheck, PullReport, ReviewRequest } from './pull-report.ts';

export type { CommitStanding, FailedCheck, PullReport, ReviewRequest } from './pull-report.ts';
export type { PublishedPull, PublishedWork } from './published-work.ts';

/** The place where issues, branches and pull requests live: GitHub, or the local one embedded here. */
export type Forge = {
  /** Finds the issue with this key, bringing it up to date, or makes it. */
  readonly ensureIssue: (order: IssueOrder) => Promise<ForgeItem>;
  /** Publishes a commit of ours as a branch; repeating it is not an error. */
  readonly push: (order: PushOrder) => Promise<void>;
  /** Finds the pull request of this key, bringing it up to date, or opens it. */
  readonly ensurePullRequest: (order: PullRequestOrder) => Promise<ForgeItem>;
  /**
   * Looks for what earlier runs published for tasks that nothing is known about; absent if the forge cannot outlive what
   * is known. Asks nothing when no sub-issue belongs to an earlier run.
   */
  readonly findPublished?: (order: PublishedOrder) => Promise<readonly PublishedWork[]>;
};

/** A forge with the base that work starts from, and with a view of its progress. */
export type ForgeHome = Forge & {
  /** A bare repository on this machine that has the base as `refs/heads/…`. */
  readonly repository: string;
  /**
   * Brings the base there up to date, and lets the user's repository see it as `refs/remotes/flotilla/…`. Gives its
   * commit. `userSha` is where the user's own branch stands.
   */
  readonly syncBase: (branch: string, userSha: string) => Promise<string>;
  /** How pull requests stand with their reviewers now; for looking again and again. */
  readonly reviews: (numbers: readonly number[]) => Promise<readonly PullReview[]>;
  /** How the forge's own checks of a commit of the base stand; absent where it runs none. */
  readonly baseStanding?: (sha: string) => Promise<CommitStanding>;
  /** Shows people on the forge how a run goes; absent if nobody would look. */
  readonly openProgress?: (issue: IssueRef, text: () => string) => ForgeProgress;
  /** Absent where no other machine can work, and where we may not write what others would see. */
  readonly claims?: IssueClaims;
  /** What comes back from pull requests; absent where nothing does. */
  readonly feedback?: PullFeedback;
  /** What must never be shown, such as the token. */
  readonly secrets?: readonly string[];
  /** The calls that were made until now; absent where calls cost nothing. */
  readonly usage?: () => ForgeUsage;
};

/** Shows other machines that this one works on an issue. */
export type IssueClaims = {
  /**
   * Takes the issue. Null when another machine came and went since it was read: it must be read again. Throws a
   * `UserError` when one works on it.
   */
  readonly take: () => Promise<IssueClaim | null>;
};

/** An issue that is ours, renewed until it is released. */
export type IssueClaim = {
  /** Aborted, with a `UserError` for its reason, when another machine has taken it over. */
  readonly lost: AbortSignal;
  readonly release: () => Promise<void>;
};

/** What comes back from pull requests. All of its texts are untrusted. */
export type PullFeedback = {
  /** How pull requests stand, in the order in which they were given; absent where the forge runs no checks. */
  readonly look?: (pulls: readonly number[]) => Promise<readonly PullReport[]>;
  /** The last of what a failed job printed, at most so many characters; null when there is none. */
  readonly readJobLog: (order: {
    readonly job: number;
    readonly most: number;
  }) => Promise<string | null>;
  /** What reviewers ask to be changed and nobody has settled yet. */
  readonly readReviewRequests: (pull: number) => Promise<readonly ReviewRequest[]>;
  /** Brings a published branch, as it is now, into the forge's repository on this machine; gives its commit. */
  readonly fetchBranch: (branch: string) => Promise<string>;
  /** Makes the comment with this key on a pull request, or brings it up to date. */
  readonly ensureAnswer: (order: AnswerOrder) => Promise<void>;
};

export type AnswerOrder = {
  readonly pull: number;
  /** The hidden marker by which it is found again. */
  readonly key: string;
  /** Markdown. */
  readonly body: string;
};

/** What people have said about a pull request so far. */
export type PullReview = {
  readonly number: number;
  readonly state: 'open' | 'merged' | 'closed';
  readonly isApproved: boolean;
  /** The commits that approvals were given for; left out if the forge does not say. */
  readonly approvedAt?: readonly string[];
  /** The commit that it is at; left out if the forge does not say. */
  readonly head?: string;
  /** Whether anybody has said yes or no. */
  readonly isReviewed: boolean;
};

/** One text on the forge that lives as long as the run. */
export type ForgeProgress = {
  /** Reports a change: the text is read when it is due. */
  readonly changed: () => void;
  /** Writes its final state. */
  readonly close: () => Promise<void>;
};

/** Calls by kind, such as `POST /repos/{owner}/{repo}/issues`. */
export type ForgeUsage = {
  readonly calls: Readonly<Record<string, number>>;
  /** Those that count against the forge's quota. */
  readonly counted: number;
  /** What the forge says is left of it; null when it has not said. */
  readonly remaining: number | null;
};

export type IssueOrder = {
  readonly kind: 'sub-issue' | 'diagnostic';
  readonly parent: IssueRef;
  /** The hidden marker by which it is found again. */
  readonly key: string;
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  readonly labels: readonly string[];
  /** Its text when it exists already; left out: what it is. */
  readonly state?: 'open' | 'closed';
  /** The numbers of sub-issues that come first. */
  readonly blockedBy?: readonly number[];
};

export type PushOrder = {
  /** The git directory that holds the commit. */
  readonly from: string;
  readonly commit: string;
  readonly branch: string;
  /** What the branch must still be at; left out: whatever it is, it is an older state of ours. */
  readonly expected?: string;
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

/** What merging needs of a forge, in addition to what a run needs. */
export type MergingForge = Pick<Forge, 'push'> & {
  /** How a pull request stands now, no matter who changed it. */
  readonly pullRequestState: (number: number) => Promise<PullRequestState>;
  /** Throws a `UserError` when the user may not merge there at all; left out: everybody may. */
  readonly requireRight?: () => void;
  /** The ways of merging that the forge allows; left out: all. */
  readonly methods?: readonly MergeMethod[];
  /** Makes sure that a pull request goes into this branch and is not a draft, before its branch is brought up to it. */
  readonly makeReady: (order: ReadyOrder) => Promise<void>;
  /**
   * Withdraws an approval, since an agent is about to change what it was given for. Left out if approvals say
   * which commit they were given for.
   */
  readonly retractApproval?: (number: number) => Promise<void>;
  /** The commit that a base branch of the forge is at now. */
  readonly baseSha: (branch: string) => Promise<string>;
  /** Brings a branch of the forge, as it is now, into a clone of ours, under a ref of that clone; gives its commit. */
  readonly fetch: (order: FetchOrder) => Promise<string>;
  /**
   * Merges a pull request when its head and its base are still those that were checked. What was merged before is found
   * to be, so asking twice is not an error. Closes the sub-issue that it closes.
   */
  readonly merge: (order: MergeOrder) => Promise<MergeAnswer>;
};

export type PullRequestState = {
  readonly state: 'open' | 'merged' | 'closed';
  /** The commit that its branch is at. */
  readonly head: string;
  /** The branch that it goes into, or was merged into. */
  readonly base: string;
  /** The commit in the base that it was merged as; null while it is not. */
  readonly mergedAs: string | null;
  /** Who merged it, where the forge knows people. */
  readonly mergedBy: string | null;
  readonly isApproved: boolean;
  /** The commits that approvals were given for; left out if the forge does not say. */
  readonly approvedAt?: readonly string[];
};

export type ReadyOrder = {
  readonly number: number;
  /** The branch that it will be merged into. */
  readonly into: string;
};

export type FetchOrder = {
  readonly into: BareClone;
  readonly branch: string;
  readonly to: string;
};

export type MergeOrder = {
  readonly number: number;
  readonly method: MergeMethod;
  /** The commit that was checked. */
  readonly head: string;
  /** The commit of the base that it was checked on. */
  readonly base: string;
  /** Author of the commit, where the forge does not know that itself. */
  readonly identity: GitIdentity;
  /** Aborted when the forge is no longer waited for. */
  readonly signal?: AbortSignal;
};

export type MergeAnswer =
  | {
      readonly kind: 'merged';
      readonly sha: string;
      /** How it was merged, where the forge does not do what was asked for. */
      readonly method?: MergeMethod;
    }
  /** Nobody waits any more: the next look shows whether it is merged. */
  | { readonly kind: 'stopped' }
  | {
      readonly kind: 'refused';
      readonly why: MergeRefusal;
      readonly message: string;
      /** The checks of the forge's that are red on it, where that is why. */
      readonly failed?: readonly FailedCheck[];
    };

/** Why a forge does not merge: `late` means that what it requires did not come in time. */
export type MergeRefusal =
  | 'head-moved'
  | 'base-moved'
  | 'conflict'
  | 'closed'
  | 'check-failed'
  | 'not-approved'
  | 'late'
  | 'not-allowed';

/** What a forge does when work is merged. All of it may be asked for twice. */
export type ClosingForge = {
  /** Those of these pull requests that were merged into the base, no matter by whom. */
  readonly mergedPulls: (order: PullsOrder) => Promise<readonly number[]>;
  /** Ticks items of a master issue's checklist. What is ticked, or not to be found, stays as it is. */
  readonly tickItems: (order: TickOrder) => Promise<void>;
  /** Closes an issue; one that is closed, or not there any more, is left. */
  readonly closeIssue: (number: number) => Promise<void>;
  /** Deletes the branch of a merged pull request, where branches are in people's way. Says why it stays; null: deleted. */
  readonly removeBranch: (order: BranchOrder) => Promise<string | null>;
};

/** A forge that runs work on, with all that merging needs. */
export type MergingHome = ForgeHome & MergingForge & ClosingForge;

export type PullsOrder = { readonly numbers: readonly number[]; readonly into: string };

export type TickOrder = { readonly number: number; readonly items: readonly IssueItem[] };

/** A checklist's item as its author wrote it: the line that it was on, and its words. */
export type IssueItem = {
  /** 1-based, in the text that the issue was read from. */
  readonly line: number;
  readonly title: string;
};

export type BranchOrder = {
  /** The merged pull request. */
  readonly number: number;
  /** The base that it was merged into: stacked pull requests of ours go there before the branch goes. */
  readonly into: string;
  /** Pull requests of the same run. */
  readonly ours: readonly number[];
};
