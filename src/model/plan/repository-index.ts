/** What planning knows of a repository at one commit: plain data, drawn from that commit's tree and history alone. */
export type RepositoryIndex = {
  /** The full id of the commit. */
  readonly commit: string;
  /** Every file of the commit's tree. Elsewhere in the index a file is named by its place in this list. */
  readonly files: readonly IndexedFile[];
  /** The commits before it that people wrote, newest first. */
  readonly changes: readonly PastChange[];
  /** What was left out, and why: a shallow history, files too large to read, time that ran out. */
  readonly notes: readonly string[];
};

/** One file of the commit. */
export type IndexedFile = {
  /** Relative to the repository's root, with `/`. */
  readonly path: string;
  /** The names it defines: functions, classes, types, constants. Empty where the language is not known. */
  readonly defines: readonly string[];
  /** Places in `files` of what it imports. */
  readonly imports: readonly number[];
  /** The stems of the distinct words of its text, between blanks; a line each for those seen often, twice, once. */
  readonly words: string;
};

/** What one past commit changed. */
export type PastChange = {
  /** The full id of the commit. */
  readonly commit: string;
  /** Whether it has no parent: it brings a whole project in, and says nothing of a task's size. */
  readonly isRoot: boolean;
  /** Its message: the subject and the start of the body. */
  readonly message: string;
  /** When it was committed, in seconds since 1970. */
  readonly at: number;
  /** Places in `files` of what it touched; files that are gone since are left out. */
  readonly files: readonly number[];
  /** How many files it touched, those that are gone included. */
  readonly size: number;
  /** How many files it added. */
  readonly added: number;
};

/** How much one past commit changed. */
export type ChangeSize = {
  readonly files: number;
  /** Lines added and removed, those of lock files left out. */
  readonly lines: number;
};

/** A past commit whose message is like a task's text. */
export type SimilarChange = ChangeSize & {
  /** The first line of its message. */
  readonly subject: string;
  /** 0 to 1, of the likest one. */
  readonly likeness: number;
  /** How much of the text's words it has, the rare ones counting more: 0 to 1. */
  readonly coverage: number;
};

/** What a repository's history says of how much a task is. */
export type SizeHistory = {
  /** The likest first; empty where no message has a word of the text. */
  readonly similar: readonly SimilarChange[];
  /** The newest changes, whatever they were about: how much one is in this repository. */
  readonly usual: readonly ChangeSize[];
};

/** A file that a task will probably touch or create. */
export type PredictedFile = {
  readonly path: string;
  /** 0 to 1, calibrated: of the files said to be at 0.3, about three in ten are touched. */
  readonly probability: number;
  /** The strongest evidence, in words. */
  readonly reason: string;
  /** Whether the base lacks it, so that the task would create it. */
  readonly isNew: boolean;
  /** Whether it is foreseen from likeness alone where little is known of the past: no ground for a collision. */
  readonly isHint?: boolean;
};
