import type { ChangedFile } from '../../model/event/task-event.ts';
import { listNamedCommits, type NamedCommit } from '../../git/commits.ts';
import { readChangesWithCounts } from '../../git/diffs.ts';
import type { Git } from '../../git/git.ts';

/** What a branch holds beyond the commit that it started from. */
export type WorkDone = {
  readonly head: string;
  readonly commits: readonly NamedCommit[];
  readonly files: readonly ChangedFile[];
};

/** At most this many commits are listed one by one. */
const mostCommits = 200;

/** Reads a branch's commits since its base (newest first) and the files that they change together. */
export async function readWorkDone(
  git: Git,
  { baseSha, head }: { readonly baseSha: string; readonly head: string },
): Promise<WorkDone> {
  const [commits, diff] = await Promise.all([
    listNamedCommits(git, { base: baseSha, head, most: mostCommits }),
    readChangesWithCounts(git, baseSha, head),
  ]);
  return { head, commits, files: changedFiles(diff) };
}

const changeOf: Record<string, ChangedFile['change']> = {
  A: 'added',
  D: 'deleted',
  R: 'renamed',
  C: 'added',
};

/** A raw record is followed by one path, or two for renames; a numstat record holds its path, or two follow it. */
function changedFiles(diff: string): ChangedFile[] {
  const parts = diff.split('\0');
  const files = new Map<string, ChangedFile>();
  for (let at = 0; at < parts.length; at += 1) {
    const part = parts[at] ?? '';
    if (part.startsWith(':')) {
      const letter = part.split(' ')[4]?.[0] ?? 'M';
      const from = letter === 'R' ? { from: parts[at + 1] ?? '' } : {};
      at += letter === 'R' || letter === 'C' ? 2 : 1;
      const path = parts[at] ?? '';
      const change = changeOf[letter] ?? 'modified';
      files.set(path, { path, ...from, change, added: null, removed: null });
      continue;
    }
    const [added, removed, name] = part.split('\t');
    if (name === undefined) continue;
    if (name === '') at += 2;
    const path = name === '' ? (parts[at] ?? '') : name;
    const known = files.get(path);
    if (known !== undefined)
      files.set(path, { ...known, added: countOf(added), removed: countOf(removed) });
  }
  return [...files.values()];
}

/** Git counts no lines in binary files. */
function countOf(text: string | undefined): number | null {
  return text === undefined || text === '-' ? null : Number(text);
}
