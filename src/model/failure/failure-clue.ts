/** What a line of output speaks of, finer than the guide's types. */
export type ClueKind =
  | 'missing-module'
  | 'missing-export'
  | 'command-not-found'
  | 'disk-full'
  | 'out-of-memory'
  | 'too-many-files'
  | 'port-in-use'
  | 'permission'
  | 'network'
  | 'rate-limited'
  | 'credentials'
  | 'compile-error'
  | 'test-timeout'
  | 'test-failure'
  | 'other';

/** A module that a program imported and did not find. */
export type MissingModule = {
  readonly language: 'js' | 'python' | 'go' | 'rust' | 'java' | 'ruby' | 'c';
  /** As the output names it: `./cart.js`, `app.models.cart`, `crate::cart`; at most 1,000 characters. */
  readonly specifier: string;
  /** The file that asked for it, as the output names it, at most 1,000 characters; null when it does not. */
  readonly importer: string | null;
};

/** The telling line of an output, and what it speaks of. */
export type Clue = {
  readonly kind: ClueKind;
  /** Trimmed, at most 300 characters; empty when there was no output. */
  readonly line: string;
  /**
   * What distinguishes this clue from others of its kind, such as the command that was not found, at most 1,000
   * characters; null: the kind or the line.
   */
  readonly subject: string | null;
  readonly missing: MissingModule | null;
};
