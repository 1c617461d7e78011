/** What two sides cannot agree on in one file. */
export type ConflictKind =
  | 'content'
  /** Both sides made the file. */
  | 'add-add'
  /** One side changed what the other deleted. */
  | 'modify-delete'
  /** A rename on one side, and something else done to the file on the other. */
  | 'rename'
  /** One side moved the directory into which the other put the file. */
  | 'directory-rename'
  | 'file-directory'
  | 'binary'
  | 'submodule'
  | 'mode'
  | 'other';

/** One place in a text file where both sides differ. Excerpts of at most a few lines. */
export type ConflictHunk = {
  /** Where it begins, counted in the merged file with our side taken; the first line is 1. */
  readonly line: number;
  readonly ours: string;
  readonly theirs: string;
};

/** A file that does not merge by itself. */
export type ConflictedFile = {
  readonly path: string;
  readonly kind: ConflictKind;
  /** Empty where no lines can be shown: deletions, binary files, submodules. */
  readonly hunks: readonly ConflictHunk[];
};

/** Two tasks (or one and the base) whose work, as it stands, does not merge. */
export type SeenConflict = {
  readonly task: number;
  readonly with: number | 'base';
  /** Empty when there is no common history to merge by. */
  readonly files: readonly ConflictedFile[];
};

/**
 * What to do when work in progress collides: report it; or also let the task that began later wait until the other
 * one's branch is verified, and then continue where it was, or (`stack`) with that branch merged into its own.
 */
export type ConflictPolicy = 'tell' | 'pause' | 'stack';

/** What a radar knows that it has not reported yet. */
export function conflictsAfter(
  known: readonly SeenConflict[],
  news: {
    readonly arisen: readonly SeenConflict[];
    readonly settled: readonly Pick<SeenConflict, 'task' | 'with'>[];
  },
): SeenConflict[] {
  const gone = [...news.settled, ...news.arisen];
  const isGone = ({ task, with: other }: SeenConflict): boolean =>
    gone.some((one) => one.task === task && one.with === other);
  return [...known.filter((conflict) => !isGone(conflict)), ...news.arisen];
}
