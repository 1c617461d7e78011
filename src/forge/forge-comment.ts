/** What somebody wrote below an issue or a pull request. Untrusted. */
export type ForgeComment = {
  /** The forge's own name for it. */
  readonly id: number;
  /** Another one after each edit. */
  readonly version: string;
  /** The issue or the pull request that it is on. */
  readonly number: number;
  /** The account that wrote it. */
  readonly author: string;
  /** Whether that is a program's own account. */
  readonly isProgram: boolean;
  /** When it was written or last edited, by our clock, to a second or two; ISO 8601. */
  readonly at: string;
  /** Its beginning: what is longer than any answer is cut. */
  readonly body: string;
};

export type CommentsParams = {
  /** The issues and pull requests that they may be on. */
  readonly numbers: readonly number[];
  /** By our clock; ISO 8601. Comments that were last changed before are not asked for. */
  readonly since: string;
  /** Where the last look ended, as it said; null for a first one. */
  readonly from: string | null;
};

export type CommentsRead = {
  /** Some of them may have been seen by the last look. */
  readonly comments: readonly ForgeComment[];
  /** Where the next look begins. */
  readonly next: string;
};
