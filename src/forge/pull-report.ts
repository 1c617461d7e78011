/** How a pull request stands: what the forge says about it, and nothing that anybody claims. */
export type PullReport = {
  readonly number: number;
  readonly state: 'open' | 'merged' | 'closed';
  readonly isDraft: boolean;
  readonly head: string;
  readonly base: string;
  /** Null while the forge is finding out. */
  readonly isMergeable: boolean | null;
  /** The forge's own word, such as `clean`, `blocked`, `behind`, `dirty`, `unstable`. */
  readonly mergeState: string;
  readonly review: 'approved' | 'changes-requested' | 'required' | 'none';
  /** The commits that approvals of those who may write were given for. */
  readonly approvedAt: readonly string[];
  /** `none`: nothing has reported on the head, and perhaps nothing will. */
  readonly checks: 'none' | 'pending' | 'passed' | 'failed';
  readonly failed: readonly FailedCheck[];
  /** The names of checks that have not ended. */
  readonly pending: readonly string[];
};

/** A check of the forge's that is red. */
export type FailedCheck = {
  readonly name: string;
  readonly url: string | null;
  /** By which its log is found; null for anything but a job of the forge. */
  readonly job: number | null;
};

/** How the forge's own checks of a commit stand. */
export type CommitStanding = {
  readonly checks: PullReport['checks'];
  /** The names of those that are red. */
  readonly failed: readonly string[];
};

/** Watches pull requests, sparing the forge. */
export type PullWatch = {
  /** Checks again; what has not changed costs nothing. In the order in which the numbers were given. */
  readonly look: (numbers: readonly number[]) => Promise<readonly PullReport[]>;
};

/** What a reviewer asks to be changed. All of its text is untrusted. */
export type ReviewRequest = {
  /** The same as long as it is the same request. */
  readonly id: string;
  readonly author: string;
  /** Whether the author may write to the repository. */
  readonly isTrusted: boolean;
  readonly body: string;
  /** Null: about the whole. */
  readonly path: string | null;
  readonly line: number | null;
};
