/** Why something failed, as a rule, and what fixes it; both are whole sentences. */
export type Remedy = { readonly cause: string; readonly fix: string };

/** One of Flotilla's words, explained to someone who meets it for the first time. */
export type Explanation = {
  /** One or two sentences. */
  readonly means: string;
  /** Usual ones first. */
  readonly causes: readonly string[];
  /** What to do, in the order in which to try it; may name commands. */
  readonly fix: readonly string[];
};

/** What is said of a reason: next to a failure, in a sentence each, and to someone who asks for more. */
export type CatalogueEntry = Remedy & { readonly explanation: Explanation };
