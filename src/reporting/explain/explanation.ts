/** One of Flotilla's words, explained to someone who meets it for the first time. */
export type Explanation = {
  /** One or two sentences. */
  readonly means: string;
  /** Usual ones first. */
  readonly causes: readonly string[];
  /** What to do, in the order in which to try it; may name commands. */
  readonly fix: readonly string[];
};
