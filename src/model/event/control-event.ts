/** Everything that happens to a control. */
export type EventOfControl = ControlIntended | ControlCost | ControlEnded;

/**
 * A task that succeeded is about to be worked on a second time with no other agent running, to see how long it takes alone:
 * a control. What it makes is thrown away. From here on it may cost something.
 */
export interface ControlIntended {
  readonly type: 'control-intended';
  readonly task: number;
  readonly agent: string;
  /** The directory that holds its claim, prompt, output and result. */
  readonly directory: string;
}

/** What the control has cost so far in US dollars, as its agent reports it. */
export interface ControlCost {
  readonly type: 'control-cost';
  readonly task: number;
  readonly costUsd: number;
}

export interface ControlEnded {
  readonly type: 'control-ended';
  readonly task: number;
  readonly outcome: ControlOutcome;
}

/** Only work that came to the same end has a time that can be compared. */
export type ControlOutcome =
  /** Milliseconds of setup, agent and checks. */
  | { readonly kind: 'measured'; readonly aloneMs: number }
  /** Its agent failed, a check was red, or it made nothing. */
  | { readonly kind: 'failed'; readonly message: string }
  /** Somebody ended it, or its orchestrator died. */
  | { readonly kind: 'cut-short' };
