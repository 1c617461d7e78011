/** What a source file says about itself, before its imports are resolved to files. */
export type CodeFacts = {
  readonly defines: readonly string[];
  /** As they are written: a module specifier, a dotted name, a path. */
  readonly imports: readonly string[];
};
