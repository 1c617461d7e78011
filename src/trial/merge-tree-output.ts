import type { ConflictedFile, ConflictKind } from '../model/merge/conflict.ts';

/** What git says of one merge of a batch. */
export type MergeAnswer = {
  /** What the merge gives; with conflicts, files in it hold both sides between markers. */
  readonly tree: string;
  readonly isClean: boolean;
  /** Without hunks: those are in the tree. Can be empty although the merge is not clean. */
  readonly files: readonly ConflictedFile[];
};

type Cursor = { readonly parts: readonly string[]; at: number };

/**
 * Reads the output of `git merge-tree --write-tree -z --stdin`: for each merge its status (1: clean), the tree, the
 * stages of conflicted files, an empty field, messages with their paths, and another empty field.
 */
export function readMergeAnswers(output: string): MergeAnswer[] {
  const cursor: Cursor = { parts: output.split('\0'), at: 0 };
  const answers: MergeAnswer[] = [];
  while (cursor.at < cursor.parts.length - 1) answers.push(readAnswer(cursor));
  return answers;
}

function readAnswer(cursor: Cursor): MergeAnswer {
  const status = take(cursor);
  const tree = take(cursor);
  if (!/^[01]$/u.test(status) || !/^[0-9a-f]{40,64}$/u.test(tree))
    throw new Error(`git merge-tree gave no answer but ${JSON.stringify(`${status} ${tree}`)}`);
  const stages = new Map<string, Set<string>>();
  for (let entry = take(cursor); entry !== ''; entry = take(cursor)) noteStage(stages, entry);
  if (status === '1') return { tree, isClean: true, files: [] };
  const kinds = new Map<string, ConflictKind>();
  // After a conflict of submodules git puts free text in place of the empty field.
  for (let count = take(cursor); /^\d+$/u.test(count); count = take(cursor)) {
    const paths = Array.from({ length: Number(count) }, () => take(cursor));
    const kind = kindOf(take(cursor));
    take(cursor);
    if (kind !== null) noteKind(kinds, conflictedOf(paths, stages), kind);
  }
  const files = [...kinds].map(([path, kind]) => ({
    path,
    kind: kind === 'content' && isAddedTwice(stages.get(path)) ? ('add-add' as const) : kind,
    hunks: [],
  }));
  return { tree, isClean: false, files };
}

function take(cursor: Cursor): string {
  const part = cursor.parts[cursor.at];
  if (part === undefined) throw new Error('git merge-tree broke off in the middle of an answer');
  cursor.at += 1;
  return part;
}

/** `<mode> <object> <stage>\t<path>`: stage 1 is the common ancestor's version, 2 ours, 3 theirs. */
function noteStage(stages: Map<string, Set<string>>, entry: string): void {
  const tab = entry.indexOf('\t');
  const path = entry.slice(tab + 1);
  const known = stages.get(path) ?? new Set();
  known.add(entry[tab - 1] ?? '');
  stages.set(path, known);
}

function isAddedTwice(stages: ReadonlySet<string> | undefined): boolean {
  return stages !== undefined && !stages.has('1') && stages.size === 2;
}

/** Of the paths that a message names, those with a conflict; the first when git left none of them unmerged. */
function conflictedOf(
  paths: readonly string[],
  stages: ReadonlyMap<string, unknown>,
): readonly string[] {
  const conflicted = paths.filter((path) => stages.has(path));
  return conflicted.length > 0 ? conflicted : paths.slice(0, 1);
}

/** From the most specific to the least: a binary file is reported as one, and as a conflict of contents, too. */
const ranked: readonly ConflictKind[] = [
  'submodule',
  'binary',
  'file-directory',
  'directory-rename',
  'rename',
  'modify-delete',
  'mode',
  'add-add',
  'content',
  'other',
];

function noteKind(
  kinds: Map<string, ConflictKind>,
  paths: readonly string[],
  kind: ConflictKind,
): void {
  for (const path of paths) {
    const known = kinds.get(path);
    if (known === undefined || ranked.indexOf(kind) < ranked.indexOf(known)) kinds.set(path, kind);
  }
}

/** Git's own stable names; null for messages that are not about a conflict. */
function kindOf(type: string): ConflictKind | null {
  const name = /^CONFLICT \((.*)\)$/u.exec(type)?.[1];
  if (name === undefined) return null;
  if (name.startsWith('submodule')) return 'submodule';
  if (name.startsWith('directory rename')) return 'directory-rename';
  if (name.startsWith('rename')) return 'rename';
  return named[name] ?? 'other';
}

const named: Readonly<Record<string, ConflictKind>> = {
  contents: 'content',
  binary: 'binary',
  'file/directory': 'file-directory',
  'distinct modes': 'mode',
  'modify/delete': 'modify-delete',
};
