import { listChanges, type PathChange } from '../git/diffs.ts';
import type { Git } from '../git/git.ts';

/** What a side changes, by path: enough to tell which sides cannot conflict. */
export type ChangedPaths = {
  readonly changed: ReadonlySet<string>;
  /** Directories out of which it takes files: with all of them, it may have renamed the directory. */
  readonly left: ReadonlySet<string>;
  /** All directories above the files that it changes. */
  readonly above: ReadonlySet<string>;
};

/** Reads what differs between two commits. A rename counts as both of its paths. */
export async function readChangedPaths(git: Git, from: string, to: string): Promise<ChangedPaths> {
  return pathsOfChanges(await listChanges(git, from, to));
}

/** Builds it from what git lists. */
export function pathsOfChanges(changes: readonly PathChange[]): ChangedPaths {
  const deleted = changes.filter(({ status }) => status === 'D');
  return changedPaths(
    changes.map(({ path }) => path),
    deleted.map(({ path }) => path),
  );
}

/** Builds it from paths, and those of them that are gone. */
export function changedPaths(
  paths: readonly string[],
  deleted: readonly string[] = [],
): ChangedPaths {
  return {
    changed: new Set(paths),
    left: new Set(deleted.flatMap((path) => directoriesAbove(path))),
    above: new Set(paths.flatMap((path) => directoriesAbove(path))),
  };
}

function directoriesAbove(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, depth) => parts.slice(0, depth + 1).join('/'));
}

/**
 * Whether two sides could conflict: they change the same path, one makes a file where the other has a directory, or one
 * may have renamed a directory in which the other changes something.
 */
export function mayConflict(one: ChangedPaths, other: ChangedPaths): boolean {
  return (
    meets(one.changed, other.changed) ||
    meets(one.changed, other.above) ||
    meets(other.changed, one.above) ||
    meets(one.left, other.above) ||
    meets(other.left, one.above)
  );
}

function meets(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  const [small, large] = one.size < other.size ? [one, other] : [other, one];
  for (const item of small) if (large.has(item)) return true;
  return false;
}
