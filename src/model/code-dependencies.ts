/** How the code of a repository leans on itself: what parallel work should know before it starts. */
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
  /** How many files would feel a change of it: its importers, theirs, and so on. */
  readonly reach: number;
};

export type Hub = { readonly path: string; readonly why: string };

/** What one task of an issue leans on in the code. */
export type TaskDependencies = {
  readonly ordinal: number;
  readonly title: string;
  /** Where it will probably work, the likeliest first. */
  readonly files: readonly string[];
  /** Those of them that several other files import. */
  readonly changesShared: readonly Omit<SharedModule, 'reach'>[];
  /** What these import and several others as well: the most imported first. */
  readonly leansOn: readonly Omit<SharedModule, 'reach'>[];
  /** The tasks that must come first. */
  readonly after: readonly number[];
};
