import { linesOf, type Git, type GitCallOptions } from './git.ts';

/** A name, and the id of what it stands for. */
export type Ref = { readonly name: string; readonly id: string };

/**
 * The id of what a revision names: a ref, a commit, a tree (`commit^{tree}`) or a file (`commit:path`). Null when there is
 * no such thing.
 */
export async function findRevision(git: Git, revision: string): Promise<string | null> {
  const answer = await git.probe(['rev-parse', '--verify', '--quiet', revision]);
  return answer.code === 0 ? answer.stdout.trim() : null;
}

/** The same of a revision that must be there; throws a `GitError` when it is not. */
export async function resolveRevision(git: Git, revision: string): Promise<string> {
  return (await git.run(['rev-parse', revision])).trim();
}

/** The tree of a commit; throws a `GitError` when the commit is missing. */
export async function treeOf(git: Git, commit: string): Promise<string> {
  return resolveRevision(git, `${commit}^{tree}`);
}

/** The full id of a commit that somebody named; the name may look like an option. Throws a `GitError` when there is none. */
export async function resolveCommit(
  git: Git,
  name: string,
  options: GitCallOptions = {},
): Promise<string> {
  const asked = ['rev-parse', '--verify', '--end-of-options', `${name}^{commit}`];
  return (await git.run(asked, options)).trim();
}

/** The trees of two commits, from one git; throws a `GitError` when either is missing. */
export async function resolveTrees(
  git: Git,
  one: string,
  other: string,
): Promise<readonly [string, string]> {
  const output = await git.run(['rev-parse', `${one}^{tree}`, `${other}^{tree}`]);
  const [first = '', second = ''] = output.split('\n');
  return [first, second];
}

/** Sets a ref, whatever it was at. */
export async function updateRef(git: Git, ref: string, commit: string): Promise<void> {
  await git.run(['update-ref', ref, commit]);
}

export type RefMove = {
  readonly ref: string;
  /** The commit that it must still be at. */
  readonly from: string;
  readonly to: string;
};

/** Moves a ref; throws a `GitError` when it is no longer where it is moved from. */
export async function moveRef(git: Git, { ref, from, to }: RefMove): Promise<void> {
  await git.run(['update-ref', ref, to, from]);
}

/** Moves a ref if it is still where it is moved from; gives whether it was. */
export async function tryMoveRef(git: Git, { ref, from, to }: RefMove): Promise<boolean> {
  return (await git.probe(['update-ref', ref, to, from])).code === 0;
}

/** Sets several refs at once, by their names; none starts no git. */
export async function updateRefs(git: Git, refs: readonly Ref[]): Promise<void> {
  const input = refs.map(({ name, id }) => `update ${name} ${id}\n`).join('');
  if (input !== '') await git.run(['update-ref', '--stdin'], { input });
}

/** Deletes a ref, whatever it is at; throws a `GitError` when git cannot. */
export async function deleteRef(git: Git, ref: string): Promise<void> {
  await git.run(['update-ref', '-d', ref]);
}

/** Deletes a ref if git can; gives whether it could. */
export async function tryDeleteRef(git: Git, ref: string): Promise<boolean> {
  return (await git.probe(['update-ref', '-d', ref])).code === 0;
}

/** The full names of all refs. */
export async function listRefNames(git: Git): Promise<string[]> {
  return linesOf(await git.run(['for-each-ref', '--format=%(refname)']));
}

/** The refs below a prefix, `refs/heads` for example, with what they are at. */
export async function listRefs(git: Git, under: string): Promise<Ref[]> {
  const output = await git.run(['for-each-ref', '--format=%(objectname) %(refname)', under]);
  return linesOf(output).map((line) => {
    const [id = '', name = ''] = line.split(' ');
    return { name, id };
  });
}

/** The short name of a ref below a prefix whose history has a commit; null when none has, or the commit is not here. */
export async function findRefWith(
  git: Git,
  { commit, under }: { readonly commit: string; readonly under: string },
): Promise<string | null> {
  const how = ['--count=1', '--format=%(refname:short)'];
  const answer = await git.probe(['for-each-ref', ...how, '--contains', commit, under]);
  const name = answer.stdout.trim();
  return answer.code === 0 && name !== '' ? name : null;
}

/** Refs below some prefixes as the lines of a `packed-refs` file, each tag with the commit that it leads to. */
export async function listPackedRefs(git: Git, under: readonly string[]): Promise<string> {
  const format = '%(objectname) %(refname)%(if)%(*objectname)%(then)%0a^%(*objectname)%(end)';
  return git.run(['for-each-ref', `--format=${format}`, ...under]);
}
