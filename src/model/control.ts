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

/** A task's control, folded from its events; each task has one at most. */
export type ControlState = {
  readonly agent: string;
  readonly directory: string;
  readonly costUsd: number | null;
  /** Null while it is running, or when its orchestrator died. */
  readonly outcome: ControlOutcome | null;
};

export type ControlEvent = ControlIntended | ControlCost | ControlEnded;

/** The control of a task after one more event of it. */
export function advanceControl(
  control: ControlState | null,
  event: ControlEvent,
): ControlState | null {
  if (event.type === 'control-intended') {
    const { agent, directory } = event;
    return { agent, directory, costUsd: null, outcome: null };
  }
  if (control === null) return null;
  return event.type === 'control-cost'
    ? { ...control, costUsd: event.costUsd }
    : { ...control, outcome: event.outcome };
}
