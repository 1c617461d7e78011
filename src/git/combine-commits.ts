import { makeCommit } from './commits.ts';
import { linesOf, type Git, type GitIdentity } from './git.ts';
import { resolveRevision } from './refs.ts';

/** How a pull request's commits come into its base. */
export type MergeMethod = 'squash' | 'merge' | 'rebase';

/** The tree that two commits merge to, without a work tree; null when they conflict, or git refuses. */
export async function mergedTree(git: Git, ours: string, theirs: string): Promise<string | null> {
  const { code, tree } = await tryTree(git, ours, theirs);
  return code === 0 ? tree : null;
}

/** The same, but where they conflict, the tree that holds both sides between markers. */
export async function triedTree(git: Git, ours: string, theirs: string): Promise<string | null> {
  return (await tryTree(git, ours, theirs)).tree;
}

async function tryTree(
  git: Git,
  ours: string,
  theirs: string,
): Promise<{ readonly code: number; readonly tree: string | null }> {
  const { code, stdout } = await git.probe(['merge-tree', '--write-tree', '-z', ours, theirs]);
  // Exit code 1 also means a bad ref, which has no tree.
  const [tree = ''] = stdout.split('\0');
  return { code, tree: /^[0-9a-f]{40,64}$/u.test(tree.trim()) ? tree.trim() : null };
}

/** Two commits to be merged. */
export type MergePair = { readonly ours: string; readonly theirs: string };

/** What `git merge-tree -z` prints of several merges; or why git refused one of them, which ends them all. */
export type TriedMerges =
  | { readonly kind: 'tried'; readonly output: string }
  | { readonly kind: 'refused'; readonly why: string };

/** Tries several merges without a work tree, in one process; the trees that come of them stay. */
export async function tryTrees(git: Git, pairs: readonly MergePair[]): Promise<TriedMerges> {
  const how = ['--write-tree', '-z', '--stdin'];
  const { code, stdout, stderr } = await git.probe(
    ['-c', 'merge.conflictStyle=merge', 'merge-tree', ...how],
    { input: pairs.map(({ ours, theirs }) => `${ours} ${theirs}\n`).join('') },
  );
  return code === 0 ? { kind: 'tried', output: stdout } : { kind: 'refused', why: stderr.trim() };
}

export type ReplayParams = {
  /** The commits after this one, up to `head`, are made again on `onto`. */
  readonly from: string;
  readonly head: string;
  readonly onto: string;
  readonly identity: GitIdentity;
};

/** What `git rebase` does, without a work tree: gives the new head, or null when a commit does not apply. */
export async function replayCommits(git: Git, params: ReplayParams): Promise<string | null> {
  const list = [
    'rev-list',
    '--reverse',
    '--topo-order',
    '--no-merges',
    `${params.from}..${params.head}`,
  ];
  const commits = linesOf(await git.run(list));
  let tip = params.onto;
  for (const commit of commits) {
    const next = await replayCommit(git, { commit, tip, identity: params.identity });
    if (next === null) return null;
    tip = next;
  }
  return tip;
}

/** Makes one commit again on another; gives that one where it has its work already, and null where it does not apply. */
export async function replayCommit(
  git: Git,
  { commit, tip, identity }: { commit: string; tip: string; identity: GitIdentity },
): Promise<string | null> {
  const format = '--format=%T%x00%P%x00%an%x00%ae%x00%ad%x00%B';
  const shown = await git.run(['show', '--no-patch', '--date=raw', format, commit]);
  const [, parents = '', name = '', email = '', date = '', message = ''] = shown.split('\0');
  const [parent = ''] = parents.split(' ');
  const tipTree = await resolveRevision(git, `${tip}^{tree}`);
  // Seen from its parent, the tip is one change and the commit another: their merge is the commit on the tip.
  const stand = await makeCommit(git, {
    ...{ tree: tipTree, message: 'Stand-in', identity },
    parents: parent === '' ? [] : [parent],
  });
  const tree = await mergedTree(git, stand, commit);
  if (tree === null) return null;
  // It is in the base already.
  if (tree === tipTree) return tip;
  const author = { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_AUTHOR_DATE: date };
  return makeCommit(git, { tree, parents: [tip], message, identity, author });
}
