import { linesOf, type Git } from './git.ts';

/** Whether a commit is in the history of another (or the same). */
export async function isInHistory(git: Git, older: string, newer: string): Promise<boolean> {
  return (await git.probe(['merge-base', '--is-ancestor', older, newer])).code === 0;
}

/** The commit from which two came; throws a `GitError` when they have no history in common. */
export async function mergeBase(git: Git, one: string, other: string): Promise<string> {
  return (await git.run(['merge-base', one, other])).trim();
}

/** The commit from which two came; null when they have no history in common, or one is not here. */
export async function findMergeBase(git: Git, one: string, other: string): Promise<string | null> {
  const { code, stdout } = await git.probe(['merge-base', one, other]);
  return code === 0 ? stdout.trim() : null;
}

/** Whether a commit has no merges beyond a base. */
export async function isLinear(git: Git, base: string, head: string): Promise<boolean> {
  const count = await git.run(['rev-list', '--count', '--merges', `${base}..${head}`]);
  return count.trim() === '0';
}

/** How many commits one has beyond another; null when either is not here. */
export async function countCommits(git: Git, base: string, head: string): Promise<number | null> {
  const { code, stdout } = await git.probe(['rev-list', '--count', `${base}..${head}`]);
  return code === 0 ? Number(stdout) : null;
}

/** The commits that one has beyond another, oldest first. */
export async function listCommitsBeyond(git: Git, base: string, head: string): Promise<string[]> {
  return linesOf(await git.run(['rev-list', '--topo-order', '--reverse', head, `^${base}`, '--']));
}

/** The commits that one has beyond another, without merges and none before one that is made on it; null when either is not here. */
export async function findOwnCommits(
  git: Git,
  base: string,
  head: string,
): Promise<string[] | null> {
  const answer = await git.probe([
    'rev-list',
    '--topo-order',
    '--no-merges',
    head,
    `^${base}`,
    '--',
  ]);
  return answer.code === 0 ? linesOf(answer.stdout) : null;
}

/** The commits that one has beyond another, without merges, and without those whose change the other has under another id. */
export async function listUnlikeCommits(git: Git, base: string, head: string): Promise<string[]> {
  const how = ['--cherry-pick', '--right-only', '--no-merges'];
  return linesOf(await git.run(['rev-list', ...how, `${base}...${head}`, '--']));
}

/** Those of some commits that are no merges. */
export async function withoutMerges(git: Git, commits: readonly string[]): Promise<string[]> {
  const input = commits.map((commit) => `${commit}\n`).join('');
  return linesOf(await git.run(['rev-list', '--no-walk', '--no-merges', '--stdin'], { input }));
}

/** The parents of a commit, the first one first; none of a first commit, or where a shallow history breaks off. */
export async function listParents(git: Git, commit: string): Promise<string[]> {
  const [line = ''] = linesOf(await git.run(['rev-list', '--parents', '-n', '1', commit, '--']));
  return line.split(' ').slice(1);
}

/**
 * The commits of a branch's own line (first parents alone) that have a commit in their history, the oldest first and
 * without that commit.
 */
export async function listLineSince(git: Git, commit: string, tip: string): Promise<string[]> {
  const how = ['--first-parent', '--ancestry-path', '--reverse'];
  return linesOf(await git.run(['rev-list', ...how, `${commit}..${tip}`, '--']));
}
