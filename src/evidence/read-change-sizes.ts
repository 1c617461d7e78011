import type { Git } from '../git/git.ts';
import { findCounts } from '../git/history.ts';
import { promisorOf } from '../git/partial-clone.ts';
import type { ChangeSize } from '../model/plan/repository-index.ts';
import type { FactsCache } from './facts-cache.ts';

/** A commit's size takes git a millisecond, and one of hundreds of tasks asks for twenty. */
const mostAsked = 2_000;
/** Generated line by line, they are thousands of lines that nobody wrote. */
const locks =
  /(?:^|\/)(?:package-lock\.json|yarn\.lock|pnpm-lock\.yaml|Cargo\.lock|go\.sum|poetry\.lock|uv\.lock|composer\.lock|Gemfile\.lock|npm-shrinkwrap\.json)$/u;

/**
 * How many files and lines some commits changed, by their full ids; the first 2,000 of them. Commits whose contents are
 * missing are left out: those of a partial clone would be fetched one by one.
 */
export async function readChangeSizes(
  git: Git,
  commits: readonly string[],
  cache: FactsCache,
): Promise<Map<string, ChangeSize>> {
  const sizes = new Map<string, ChangeSize>();
  const unknown: string[] = [];
  for (const commit of new Set(commits.slice(0, mostAsked))) {
    const known = cache.get(keyOf(commit)) as ChangeSize | undefined;
    if (known === undefined) unknown.push(commit);
    else sizes.set(commit, known);
  }
  if (unknown.length === 0 || (await promisorOf(git)) !== null) return sizes;
  const counts = await findCounts(git, { commits: unknown, format: '%x01%H' });
  if (counts === null) return sizes;
  const found = new Map(counts.split('\u0001').slice(1).map(readRecord));
  cache.put(new Map([...found].map(([commit, size]) => [keyOf(commit), size])));
  for (const [commit, size] of found) sizes.set(commit, size);
  return sizes;
}

function keyOf(commit: string): string {
  return `size ${commit}`;
}

/** `id NUL added TAB removed TAB path NUL …`; of a rename the path is empty, and the two paths follow. */
function readRecord(record: string): readonly [commit: string, size: ChangeSize] {
  const [commit = '', ...fields] = record.split('\0');
  let [files, lines] = [0, 0];
  for (let at = 0; at < fields.length; at += 1) {
    const match = /^\n*(\d+|-)\t(\d+|-)\t(.*)$/su.exec(fields[at] ?? '');
    if (match === null) continue;
    const [, added = '', removed = '', named = ''] = match;
    const path = named === '' ? (fields[at + 2] ?? '') : named;
    if (named === '') at += 2;
    files += 1;
    if (!locks.test(path)) lines += countOf(added) + countOf(removed);
  }
  return [commit.trim(), { files, lines }];
}

/** Binary files have no lines. */
function countOf(field: string): number {
  return field === '-' ? 0 : Number(field);
}
