/** What a pull request goes back to its agent for. All of its text is untrusted. */
export type PullRemark =
  | {
      readonly kind: 'check';
      readonly id: string;
      readonly name: string;
      readonly url: string | null;
      /** The last of what it printed; null when there is none. */
      readonly log: string | null;
    }
  | {
      readonly kind: 'review';
      /** As long as it is the same remark, it is the same. */
      readonly id: string;
      readonly author: string;
      /** Null: about the whole. */
      readonly path: string | null;
      readonly line: number | null;
      readonly body: string;
    };
