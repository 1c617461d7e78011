/** One line of a difference, as the two sides of a table have it. */
export type DiffRow =
  | { readonly kind: 'hunk'; readonly text: string }
  | {
      readonly kind: 'lines';
      readonly before: DiffLine | null;
      readonly after: DiffLine | null;
    };

export type DiffLine = {
  readonly number: number;
  readonly text: string;
  readonly isChanged: boolean;
};

/** One file of it. */
export type DiffFile = {
  readonly path: string;
  /** What else git says of it: a new mode, a rename, that it is binary. */
  readonly notes: readonly string[];
  readonly rows: readonly DiffRow[];
  readonly added: number;
  readonly removed: number;
};

type Growing = {
  path: string;
  readonly notes: string[];
  readonly rows: DiffRow[];
  added: number;
  removed: number;
};

/** Reads what `git diff` prints into rows for two columns: removed lines stand next to those that came instead. */
export function parseDiff(text: string): DiffFile[] {
  const files: Growing[] = [];
  let [before, after] = [0, 0];
  let [beforeLeft, afterLeft] = [0, 0];
  let removed: DiffLine[] = [];
  let added: DiffLine[] = [];
  const flush = (): void => {
    const rows = files.at(-1)?.rows;
    for (let index = 0; index < Math.max(removed.length, added.length); index += 1)
      rows?.push({ kind: 'lines', before: removed[index] ?? null, after: added[index] ?? null });
    [removed, added] = [[], []];
  };
  for (const line of text.split('\n')) {
    const file = files.at(-1);
    if (beforeLeft > 0 || afterLeft > 0) {
      if (file === undefined) continue;
      const content = line.slice(1);
      if (line.startsWith('-')) {
        removed.push({ number: before++, text: content, isChanged: true });
        beforeLeft -= 1;
        file.removed += 1;
      } else if (line.startsWith('+')) {
        added.push({ number: after++, text: content, isChanged: true });
        afterLeft -= 1;
        file.added += 1;
      } else if (!line.startsWith('\\')) {
        flush();
        const same = { text: content, isChanged: false };
        file.rows.push({
          kind: 'lines',
          before: { ...same, number: before++ },
          after: { ...same, number: after++ },
        });
        beforeLeft -= 1;
        afterLeft -= 1;
      }
      continue;
    }
    flush();
    if (line.startsWith('diff --git ')) {
      files.push({ path: pathIn(line), notes: [], rows: [], added: 0, removed: 0 });
      continue;
    }
    const hunk = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@(.*)$/u.exec(line);
    if (hunk !== null) {
      before = Number(hunk[1]);
      beforeLeft = Number(hunk[2] ?? 1);
      after = Number(hunk[3]);
      afterLeft = Number(hunk[4] ?? 1);
      file?.rows.push({ kind: 'hunk', text: hunk[5]?.trim() ?? '' });
    } else if (file !== undefined && line.startsWith('+++ ') && line !== '+++ /dev/null')
      file.path = line
        .slice(4)
        .replace(/^"?b\//u, '')
        .replace(/"$/u, '');
    else if (file !== undefined && line !== '' && !/^(?:index|---|\+\+\+|\\) ?/u.test(line))
      file.notes.push(line);
  }
  flush();
  return files;
}

/** `diff --git a/x b/x`: where both names are the same, which they mostly are. */
function pathIn(line: string): string {
  const names = line.slice('diff --git '.length);
  const half = names.slice(0, Math.floor(names.length / 2));
  return half.replace(/^"?a\//u, '').replace(/"$/u, '');
}
