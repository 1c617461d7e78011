/** One thing to do next. */
export type NextStep = {
  readonly text: string;
  /** What to type, ready to paste; null when there is nothing to type. */
  readonly command: string | null;
};

/** How a run ended and what follows from it, in the user guide's words. */
export type Outcome = { readonly headline: string; readonly steps: readonly NextStep[] };
