import type { MergeMethod } from '../git/combine-commits.ts';
import type { IssueRef } from '../model/issue/issue.ts';
import type {
  BranchParams,
  FetchParams,
  MergeAnswer,
  MergeParams,
  PullRequestState,
  PullsParams,
  ReadyParams,
  TickParams,
} from './merge-params.ts';
import type { PublishedParams, PublishedWork, ForgeItem } from './published-work.ts';
import type { CommentsParams, CommentsRead } from './forge-comment.ts';
import type { CommitStanding, PullReport, ReviewRequest } from './pull-report.ts';

export type * from './merge-params.ts';
export type { CommentsParams, CommentsRead, ForgeComment } from './forge-comment.ts';
export type { CommitStanding, FailedCheck, PullReport, ReviewRequest } from './pull-report.ts';
export type { PublishedPull, PublishedWork } from './published-work.ts';

/**
 * The place where issues, branches and pull requests live: GitHub, or the local one embedded here. Every forge has every
 * member. What one can do and another cannot is data, in `can`: it is asked first, for a member that a forge has no
 * ability for throws a programming error.
 */
export type Forge = {
  readonly can: ForgeAbilities;
  /** A bare repository on this machine that has the base as `refs/heads/…`. */
  readonly repository: string;
  /** What must never be shown, such as the token. */
  readonly secrets: readonly string[];

  /** Finds the issue with this key, bringing it up to date, or makes it. */
  readonly ensureIssue: (params: IssueParams) => Promise<ForgeItem>;
  /** Publishes a commit of ours as a branch; repeating it is not an error. */
  readonly push: (params: PushParams) => Promise<void>;
  /** Finds the pull request of this key, bringing it up to date, or opens it. */
  readonly ensurePullRequest: (params: PullRequestParams) => Promise<ForgeItem>;
  /**
   * Looks for what earlier runs published for tasks that nothing is known about (`can.published`). Asks nothing when no
   * sub-issue belongs to an earlier run.
   */
  readonly findPublished: (params: PublishedParams) => Promise<readonly PublishedWork[]>;

  /**
   * Brings the base in the repository up to date, and lets the user's repository see it as `refs/remotes/flotilla/…`. Gives
   * its commit. `userSha` is where the user's own branch stands.
   */
  readonly syncBase: (branch: string, userSha: string) => Promise<string>;
  /** The commit that a base branch of the forge is at now. */
  readonly baseSha: (branch: string) => Promise<string>;
  /** How the forge's own checks of a commit of the base stand (`can.checks`). */
  readonly baseStanding: (sha: string) => Promise<CommitStanding>;
  /** Brings a branch of the forge, as it is now, into a clone of ours, under a ref of that clone; gives its commit. */
  readonly fetch: (params: FetchParams) => Promise<string>;

  /** How pull requests stand with their reviewers now; for looking again and again. */
  readonly reviews: (numbers: readonly number[]) => Promise<readonly PullReview[]>;
  /** How pull requests stand with the forge's own checks, in the order in which they were given (`can.checks`). */
  readonly lookAtPulls: (numbers: readonly number[]) => Promise<readonly PullReport[]>;
  /** The last of what a failed job printed, at most so many characters; null when there is none. Untrusted. */
  readonly readJobLog: (params: JobLogParams) => Promise<string | null>;
  /** What reviewers ask to be changed and nobody has settled yet (`can.feedback`). Untrusted. */
  readonly readReviewRequests: (pull: number) => Promise<readonly ReviewRequest[]>;
  /** Brings a published branch, as it is now, into the forge's repository on this machine; gives its commit (`can.feedback`). */
  readonly fetchBranch: (branch: string) => Promise<string>;
  /** Makes the comment with this key on a pull request or an issue, or brings it up to date (`can.feedback`). */
  readonly ensureAnswer: (params: AnswerParams) => Promise<void>;
  /** What people wrote below issues and pull requests, the oldest first; for looking again and again (`can.comments`). */
  readonly readComments: (params: CommentsParams) => Promise<CommentsRead>;
  /** Whether an account may write to the repository (`can.comments`). */
  readonly mayWrite: (login: string) => Promise<boolean>;

  /** Throws a `UserError` when the user may not merge there at all. */
  readonly requireRight: () => void;
  /** How a pull request stands now, no matter who changed it. */
  readonly pullRequestState: (number: number) => Promise<PullRequestState>;
  /** Makes sure that a pull request goes into this branch and is not a draft, before its branch is brought up to it. */
  readonly makeReady: (params: ReadyParams) => Promise<void>;
  /** Withdraws an approval, since an agent is about to change what it was given for (`can.approvals` is `pull`). */
  readonly retractApproval: (number: number) => Promise<void>;
  /**
   * Merges a pull request when its head and its base are still those that were checked. What was merged before is found
   * to be, so asking twice is not an error. Closes the sub-issue that it closes.
   */
  readonly merge: (params: MergeParams) => Promise<MergeAnswer>;

  /** Those of these pull requests that were merged into the base, no matter by whom. */
  readonly mergedPulls: (params: PullsParams) => Promise<readonly number[]>;
  /** Ticks items of a master issue's checklist. What is ticked, or not to be found, stays as it is. */
  readonly tickItems: (params: TickParams) => Promise<void>;
  /** Closes an issue; one that is closed, or not there any more, is left. */
  readonly closeIssue: (number: number) => Promise<void>;
  /** Deletes the branch of a merged pull request, where branches are in people's way. Says why it stays; null: deleted. */
  readonly removeBranch: (params: BranchParams) => Promise<string | null>;

  /** Takes the master issue before other machines do, as `IssueClaims` says (`can.claims`). */
  readonly takeClaim: IssueClaims['take'];
  /** Shows people on the forge how a run goes (`can.progress`). */
  readonly openProgress: (issue: IssueRef, text: () => string) => ForgeProgress;
  /** The calls that were made until now (`can.usage`). */
  readonly usage: () => ForgeUsage;
};

/** What one forge has and another has not. */
export type ForgeAbilities = {
  /** It runs checks of its own on commits and pull requests. */
  readonly checks: boolean;
  /** Something comes back from pull requests, and can be answered there. */
  readonly feedback: boolean;
  /** People write comments there, and it says who of them may write to the repository. */
  readonly comments: boolean;
  /** What an approval is given for: a `commit`, which it names, or the `pull` request as it happens to be. */
  readonly approvals: 'commit' | 'pull';
  /** The ways of merging that it allows; the first is taken where it does not allow what was asked for. */
  readonly mergeMethods: readonly MergeMethod[];
  /** What is published there outlives our state on this machine. */
  readonly published: boolean;
  /** Other machines can work on its issues, and we may write what they would see. */
  readonly claims: boolean;
  /** Somebody would look at how a run goes. */
  readonly progress: boolean;
  /** Calls cost something, so they are counted. */
  readonly usage: boolean;
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

export type JobLogParams = {
  readonly job: number;
  /** Characters. */
  readonly most: number;
};

export type AnswerParams = {
  /** Of the pull request or the issue. */
  readonly number: number;
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

export type IssueParams = {
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

export type PushParams = {
  /** The git directory that holds the commit. */
  readonly from: string;
  readonly commit: string;
  readonly branch: string;
  /** What the branch must still be at; left out: whatever it is, it is an older state of ours. */
  readonly expected?: string;
};

export type PullRequestParams = {
  readonly key: string;
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  readonly head: string;
  readonly base: string;
  /** The sub-issue that it closes; null: none. */
  readonly closes: number | null;
  /** The checks as we ran them on the head. */
  readonly checks: readonly {
    readonly name: string;
    readonly state: string;
    readonly durationMs: number;
  }[];
};
