/** How the code of a repository depends on itself: what to know before parallel work starts. */
export type CodeDependencies = {
  readonly files: number;
  readonly imports: number;
  /** What most other files import, the most imported first. */
  readonly shared: readonly SharedModule[];
  /** Files that many kinds of work touch, whatever it is about. */
  readonly hubs: readonly Hub[];
  /** Files that import one another in a ring, the smallest ring first; each starts with its first path. */
  readonly cycles: readonly (readonly string[])[];
  /** What was left out of the index. */
  readonly notes: readonly string[];
};

export type SharedModule = {
  readonly path: string;
  /** How many files import it. */
  readonly importers: number;
  /** How many files a change of it would affect: its importers, theirs, and so on. */
  readonly reach: number;
};

export type Hub = { readonly path: string; readonly why: string };
