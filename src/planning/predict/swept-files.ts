import type { Corpus } from './predict-corpus.ts';
import { sweptNames, type SweptName } from './swept-names.ts';

/** A file that mentions a name which a task renames, replaces or removes. */
export type SweptFile = {
  readonly probability: number;
  readonly reason: string;
};

/** A name that few files mention goes out of all of them; of one that many do, it depends on what happens to it. */
const few = 5;
const several = 15;
const many = 60;

/**
 * The files that a task sweeps through, by their places in the index: sources, tests and configuration that mention a
 * name which goes. Documents and fixtures are left to the rest of the evidence.
 */
export function sweptFiles(
  { index, kinds, words, findPaths, existing }: Corpus,
  text: string,
): Map<number, SweptFile> {
  const found = new Map<number, SweptFile>();
  for (const swept of sweptNames(text)) {
    const isPlaced = !swept.isEverywhere && findPaths(swept.clause).some(({ isNew }) => !isNew);
    if (isPlaced || existing.has(swept.name)) continue;
    const files = mentioning(words.having, swept.stems).filter((at) => {
      const kind = kinds[at];
      return kind !== undefined && !kind.isDocument && !kind.isFixture;
    });
    const isFile = index.files.some(({ path }) => path.endsWith(`/${swept.name}`));
    const probability = isFile ? 0 : likelihood(swept, files.length);
    if (probability === 0) continue;
    const reason = `mentions ${swept.name}, which is ${swept.work}`;
    for (const at of files)
      if ((found.get(at)?.probability ?? 0) < probability) found.set(at, { probability, reason });
  }
  return found;
}

/** The files that have all of some stems. */
function mentioning(
  having: (stem: string) => readonly number[],
  [first = '', ...rest]: readonly string[],
): number[] {
  const others = rest.map((stem) => new Set(having(stem)));
  return having(first).filter((at) => others.every((files) => files.has(at)));
}

/**
 * How likely each of the files is touched, by histories of ten repositories: of the files that mentioned what a commit
 * renames, replaces or removes, it touched eight in ten where there were at most five of them.
 */
function likelihood({ work, isEverywhere }: SweptName, files: number): number {
  if (files > many) return 0;
  if (isEverywhere) return files > several ? 0.5 : 0.75;
  if (files <= few) return 0.7;
  if (files > several || work === 'removed') return 0;
  return work === 'renamed' ? 0.75 : 0.5;
}
