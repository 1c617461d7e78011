import type { BareClone } from '../../git/bare-clone.ts';
import type { Git } from '../../git/git.ts';
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
  await git.run(['update-ref', `${bases}/${number}`, base]);
  await git.run(['update-ref', `${results}/${number}`, commit]);
}

/** The commits, merges left out, that each merge of a pull request brought into a base. */
export async function mergedCommits(
  { clone: { git }, records }: PullRequestHome,
  beyond: ReadonlySet<string>,
): Promise<Set<string>> {
  const found = new Set<string>();
  const noted = (await git.run(['for-each-ref', '--format=%(objectname) %(refname)', results]))
    .split('\n')
    .filter((line) => line !== '');
  for (const line of noted) {
    const [commit = '', ref = ''] = line.split(' ');
    const base = `${bases}/${ref.slice(results.length + 1)}`;
    if (beyond.has(commit)) await addRange(git, found, [commit, `^${base}`]);
  }
  // For merges from before they were recorded, the files say so.
  for (const number of await records.numbers('pull')) {
    const head = (await records.read(number))?.head;
    const commit = head?.['mergedAs'] ?? head?.['merging'];
    if (typeof commit === 'string' && beyond.has(commit) && !found.has(commit))
      await addRange(git, found, [commit, `^${commit}^1`]);
  }
  return found;
}

async function addRange(git: Git, found: Set<string>, range: readonly string[]): Promise<void> {
  const answer = await git.probe(['rev-list', '--no-merges', ...range, '--']);
  if (answer.code === 0) for (const commit of linesOf(answer.stdout)) found.add(commit);
}

/** The lines of an output. */
export function linesOf(output: string): string[] {
  return output.split('\n').filter((line) => line !== '');
}
