import type { CheckResult } from '../failure/failure.ts';

/** What is checked before a pull request merges: the base with all that merges before it, and with itself. */
export type CheckedPrefix = {
  /** The tree of all of it together. */
  readonly tree: string;
  /** The tree without the last pull request. */
  readonly onto: string;
  /** A digest of what the checks are: the same tree may have to pass others after a merge that changed them. */
  readonly by: string;
};

/** What the checks said of a prefix. */
export type CheckedTree = CheckedPrefix & {
  readonly checks: readonly CheckResult[];
  /** Those that failed first and passed when they ran again. */
  readonly flaky: readonly string[];
  /** Those that fail without the last pull request, too. */
  readonly redOnBase: readonly string[];
};

/** Whether all checks passed. */
export function isGreen({ checks }: Pick<CheckedTree, 'checks'>): boolean {
  return checks.every(({ state }) => state === 'passed');
}

/**
 * What is known of a prefix; null while nothing is. That a tree is green holds no matter what it was made from; who is to
 * blame for a red one depends on what it stands on.
 */
export function findChecked(
  trees: readonly CheckedTree[],
  { tree, onto, by }: CheckedPrefix,
): CheckedTree | null {
  const same = trees.filter((one) => one.tree === tree && one.by === by);
  return same.find((one) => isGreen(one) || one.onto === onto) ?? null;
}
