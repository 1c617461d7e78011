import { identityVariables, type Git, type GitIdentity } from './git.ts';

/** How a pull request's commits come into its base. */
export type MergeMethod = 'squash' | 'merge' | 'rebase';

/** The tree that two commits merge to, without a work tree; null when they conflict, or git refuses. */
export async function mergedTree(git: Git, ours: string, theirs: string): Promise<string | null> {
  const answer = await git.probe(['merge-tree', '--write-tree', '-z', ours, theirs]);
  // Exit code 1 also means a bad ref; only 0 with a tree is a merge.
  const [tree = ''] = answer.stdout.split('\0');
  return answer.code === 0 && /^[0-9a-f]{40,64}$/u.test(tree.trim()) ? tree.trim() : null;
}

export type CommitOrder = {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly identity: GitIdentity;
  /** Its author and date, where these are not the committer's now. */
  readonly author?: Readonly<Record<string, string>>;
};

/** Makes a commit; gives its id. */
export async function makeCommit(git: Git, order: CommitOrder): Promise<string> {
  const parents = order.parents.flatMap((parent) => ['-p', parent]);
  const env = { ...identityVariables(order.identity), ...order.author };
  const args = ['commit-tree', order.tree, ...parents, '-F', '-'];
  return (await git.run(args, { env, input: order.message })).trim();
}

export type ReplayOrder = {
  /** The commits after this one, up to `head`, are made again on `onto`. */
  readonly from: string;
  readonly head: string;
  readonly onto: string;
  readonly identity: GitIdentity;
};

/** What `git rebase` does, without a work tree: gives the new head, or null when a commit does not apply. */
export async function replayCommits(git: Git, order: ReplayOrder): Promise<string | null> {
  const list = [
    'rev-list',
    '--reverse',
    '--topo-order',
    '--no-merges',
    `${order.from}..${order.head}`,
  ];
  const commits = (await git.run(list)).split('\n').filter((line) => line !== '');
  let tip = order.onto;
  for (const commit of commits) {
    const next = await replayCommit(git, { commit, tip, identity: order.identity });
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
  const tipTree = (await git.run(['rev-parse', `${tip}^{tree}`])).trim();
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

/** Whether a commit is in the history of another (or the same). */
export async function isInHistory(git: Git, older: string, newer: string): Promise<boolean> {
  return (await git.probe(['merge-base', '--is-ancestor', older, newer])).code === 0;
}
