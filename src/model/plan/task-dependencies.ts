import type { Hub } from './code-dependencies.ts';

/** What one task of an issue depends on: other tasks, modules that it uses, and files that everybody touches. */
export type TaskDependencies = {
  readonly ordinal: number;
  readonly title: string;
  /** What it will probably touch, the likeliest first. */
  readonly files: readonly {
    readonly path: string;
    readonly probability: number;
    readonly reason: string;
    readonly isNew: boolean;
  }[];
  /** The tasks that must come first, each with the reason as the end of a sentence. */
  readonly tasks: readonly { readonly ordinal: number; readonly why: string }[];
  /** What its files import and it will not change itself, those that other tasks change first, then the most imported. */
  readonly modules: readonly UsedModule[];
  /** Hubs among its files. */
  readonly hubs: readonly Hub[];
  /** The tasks that it collides with, the riskiest first. */
  readonly collisions: readonly {
    readonly ordinal: number;
    /** The probability of a file in common. */
    readonly risk: number;
    /** The probability that the two changes do not merge. */
    readonly conflict: number;
    /** Likeliest first. */
    readonly paths: readonly string[];
  }[];
};

export type UsedModule = {
  readonly path: string;
  /** How many of the task's files import it. */
  readonly usedBy: number;
  /** Other tasks that will probably change it while this one relies on it. */
  readonly changedBy: readonly number[];
};
