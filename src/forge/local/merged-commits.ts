import type { BareClone } from '../../git/bare-clone.ts';
import type { Git } from '../../git/git.ts';
import { findOwnCommits } from '../../git/ancestry.ts';
import { listRefs, updateRef } from '../../git/refs.ts';
import type { Records } from './records.ts';

/** A local forge's pull requests: its bare repository, and the files that describe them. */
export type PullRequestHome = { readonly clone: BareClone; readonly records: Records };

const [results, bases] = ['refs/flotilla/merges', 'refs/flotilla/merged-onto'];

/** Records what the merge of a pull request brought: the commits after one of the base, up to another. */
export async function noteMerge(
  git: Git,
  {
    number,
    base,
    commit,
  }: { readonly number: number; readonly base: string; readonly commit: string },
): Promise<void> {
  await updateRef(git, `${bases}/${number}`, base);
  await updateRef(git, `${results}/${number}`, commit);
}

/** The commits, merges left out, that each merge of a pull request brought into a base. */
export async function mergedCommits(
  { clone: { git }, records }: PullRequestHome,
  beyond: ReadonlySet<string>,
): Promise<Set<string>> {
  const found = new Set<string>();
  for (const { name, id: commit } of await listRefs(git, results)) {
    const base = `${bases}/${name.slice(results.length + 1)}`;
    if (beyond.has(commit)) await addRange(git, found, { base, head: commit });
  }
  // For merges from before they were recorded, the files say so.
  for (const number of await records.numbers('pull')) {
    const head = (await records.read(number))?.head;
    const commit = head?.['mergedAs'] ?? head?.['merging'];
    if (typeof commit === 'string' && beyond.has(commit) && !found.has(commit))
      await addRange(git, found, { base: `${commit}^1`, head: commit });
  }
  return found;
}

async function addRange(
  git: Git,
  found: Set<string>,
  { base, head }: { readonly base: string; readonly head: string },
): Promise<void> {
  for (const commit of (await findOwnCommits(git, base, head)) ?? []) found.add(commit);
}
