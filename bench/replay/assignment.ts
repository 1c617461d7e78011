/** When the agents of a replay fail: where their change does not apply, never, or at random by the guide's rate. */
export type Failures = 'conflict' | 'none' | 'guide';

/** A file that a commit changed; its contents lie in the task's folder as `before-N` and `after-N`. */
export type FileChange = {
  readonly path: string;
  /** Six octal digits; null where the file is not there. */
  readonly modeBefore: string | null;
  readonly modeAfter: string | null;
};

/** What the agent of one task is to do: `assignment.json` in the task's folder. */
export type Assignment = {
  readonly seed: number;
  /** The wave's base, by which it is known. */
  readonly wave: string;
  readonly failures: Failures;
  readonly seconds: number;
  /** How long it takes to resolve a merge. */
  readonly resolveSeconds: number;
  readonly message: string;
  readonly changes: readonly FileChange[];
};

/** What an agent writes down at its end, one JSON line each. */
export type AgentNote = {
  readonly task: number;
  readonly attempt: number;
  readonly isResolving: boolean;
  readonly outcome:
    | 'applied'
    | 'files left'
    | 'nothing to do'
    | 'does not apply'
    | 'failed'
    | 'resolved';
  /** Milliseconds since 1970. */
  readonly begun: number;
  readonly ended: number;
};
