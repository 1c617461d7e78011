import type { Git } from '../git/git.ts';
import { readTexts } from '../git/objects.ts';
import type { ConflictedFile, ConflictHunk } from '../model/merge/conflict.ts';

/** A merge with conflicts: which commits, and the tree that holds both sides between markers. */
export type ConflictedMerge = {
  readonly ours: string;
  readonly theirs: string;
  readonly tree: string;
  readonly files: readonly ConflictedFile[];
};

const [mostFiles, mostHunks, mostLines] = [20, 10, 12];

/** Reads, for each merge and file, the places where both sides differ. One process for all of them. */
export async function readConflictHunks<Merge extends ConflictedMerge>(
  git: Git,
  merges: readonly Merge[],
): Promise<Map<Merge, Map<string, readonly ConflictHunk[]>>> {
  const wanted = merges.flatMap((merge) =>
    merge.files
      .filter(({ kind, path }) => (kind === 'content' || kind === 'add-add') && isOneLine(path))
      .slice(0, mostFiles)
      .map(({ path }) => ({ merge, path })),
  );
  const found = new Map(merges.map((merge) => [merge, new Map<string, readonly ConflictHunk[]>()]));
  const names = wanted.map(({ merge, path }) => `${merge.tree}:${path}`);
  const texts = await readTexts(git, names);
  for (const [index, { merge, path }] of wanted.entries())
    found.get(merge)?.set(path, hunksIn(texts[index] ?? '', merge));
  return found;
}

/** Objects are asked for by lines. */
function isOneLine(path: string): boolean {
  return !path.includes('\n');
}

type Side = 'both' | 'ours' | 'theirs';

/** The markers carry the commits that were merged, so no line of the file itself is taken for one. */
function hunksIn(text: string, { ours, theirs }: ConflictedMerge): ConflictHunk[] {
  const hunks: { line: number; ours: string[]; theirs: string[] }[] = [];
  let side: Side = 'both';
  let line = 1;
  for (const content of text.split('\n')) {
    const hunk = hunks.at(-1);
    if (content.startsWith(`<<<<<<< ${ours}`)) {
      side = 'ours';
      hunks.push({ line, ours: [], theirs: [] });
    } else if (side === 'ours' && content.trimEnd() === '=======') side = 'theirs';
    else if (side === 'theirs' && content.startsWith(`>>>>>>> ${theirs}`)) side = 'both';
    else {
      if (side !== 'both') hunk?.[side].push(content);
      if (side !== 'theirs') line += 1;
    }
  }
  return hunks.slice(0, mostHunks).map((hunk) => ({
    line: hunk.line,
    ours: hunk.ours.slice(0, mostLines).join('\n'),
    theirs: hunk.theirs.slice(0, mostLines).join('\n'),
  }));
}
