import type { SkippedItem, SubTask, Phase } from './issue.ts';

/** A file that a task will probably touch or create, with the reason for believing so. */
export type FootprintEntry = {
  /** Relative to the repository's root, with `/`; a trailing `/` means everything below a directory. */
  readonly path: string;
  /** 0 to 1. */
  readonly probability: number;
  readonly reason: string;
  /** Whether the base lacks it, so that the task would create it. */
  readonly isNew: boolean;
  /** Whether the author named it: the only kind that scope is enforced by. */
  readonly isDeclared: boolean;
};

/** How much work a task looks like, before it is done. */
export type SizeEstimate = {
  readonly files: number;
  /** Lines written or changed. */
  readonly loc: number;
  readonly tests: number;
};

export type Complexity = 'low' | 'medium' | 'high';

/** A sub-task with what planning knows about it. */
export type PlannedTask = SubTask & {
  /** Ordinals of the tasks that must come first. */
  readonly dependsOn: readonly number[];
  /**
   * The task whose verified branch it starts from; null: the base. All of `dependsOn` stands in that branch, since the
   * tasks below it in the stack come before it there.
   */
  readonly stackOn: number | null;
  /** The batch that it belongs to; the first is 1. A batch starts when the one before it has ended. */
  readonly batch: number;
  readonly complexity: Complexity;
  readonly size: SizeEstimate;
  readonly estimateMinutes: number;
  readonly footprint: readonly FootprintEntry[];
};

export type FindingKind =
  | 'file-conflict'
  | 'dependency'
  | 'hub-file'
  | 'unbalanced'
  | 'too-large'
  | 'too-small'
  | 'vague'
  | 'no-location'
  | 'no-tests'
  | 'too-few'
  | 'cycle'
  | 'untrusted'
  | 'resources'
  | 'red-base';

/** Something that a person should know before (or while) the run spends tokens. */
export type Finding = {
  readonly kind: FindingKind;
  readonly severity: 'info' | 'warning' | 'critical';
  /** Ordinals of the tasks it is about; empty when it is about the whole issue. */
  readonly tasks: readonly number[];
  readonly message: string;
  /** Where it was seen: file, line, figure. */
  readonly evidence: string;
  readonly advice: string;
};

/** What a run will do. */
export type Plan = {
  readonly phases: readonly Phase[];
  readonly tasks: readonly PlannedTask[];
  readonly skipped: readonly SkippedItem[];
  /** Criteria that hold for every task. */
  readonly acceptance: readonly string[];
  readonly context: string;
  readonly findings: readonly Finding[];
  /** Ordinals in the order in which they start, longest estimate first. */
  readonly order: readonly number[];
};

/** Whether a repository path lies in a footprint path (itself, or below a directory that ends in `/`). */
export function isWithin(path: string, footprintPath: string): boolean {
  return path === footprintPath || (footprintPath.endsWith('/') && path.startsWith(footprintPath));
}
