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

/** The conflicts that a run's radar last knew of, folded from what it told. */
export function knownConflicts(
  events: Iterable<{ readonly type: string } | ConflictNews>,
): SeenConflict[] {
  const known = new Map<string, SeenConflict>();
  for (const event of events) {
    if (!isNews(event)) continue;
    for (const { task, with: other } of event.settled) known.delete(`${task} ${other}`);
    for (const conflict of event.arisen) known.set(`${conflict.task} ${conflict.with}`, conflict);
  }
  return [...known.values()];
}

type ConflictNews = {
  readonly type: 'conflicts-seen';
  readonly arisen: readonly SeenConflict[];
  readonly settled: readonly { readonly task: number; readonly with: number | 'base' }[];
};

function isNews(event: { readonly type: string }): event is ConflictNews {
  return event.type === 'conflicts-seen';
}
