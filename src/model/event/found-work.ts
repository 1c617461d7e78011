/** What was found on the forge of a task that an earlier run had published, and that this journal knows nothing of. */
export type FoundWork =
  /** A branch that nobody has merged or turned down: work continues from there. */
  | {
      readonly kind: 'open';
      readonly branch: string;
      /** The commit that the branch is at on the forge. */
      readonly head: string;
      /** Null: the branch has none yet. */
      readonly pullRequest: { readonly number: number; readonly url: string } | null;
      /** Whether it was made for another text of the task. */
      readonly isTextChanged: boolean;
    }
  | {
      readonly kind: 'merged';
      readonly pullRequest: { readonly number: number; readonly url: string };
    }
  /** The work there must neither be continued nor overwritten. The message says why, and how to continue. */
  | { readonly kind: 'refused'; readonly message: string };
