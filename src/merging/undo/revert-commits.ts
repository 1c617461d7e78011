import { countCommits } from '../../git/ancestry.ts';
import { makeCommit, readMessage } from '../../git/commits.ts';
import type { Git, GitIdentity } from '../../git/git.ts';
import { treeOf } from '../../git/refs.ts';
import { plainText } from '../../model/text/plain-text.ts';
import { tryMerge } from '../../trial/try-merges.ts';
import type { BroughtCommit } from './merged-as.ts';

/** What became of taking commits back. */
export type Reverted =
  | {
      readonly kind: 'reverted';
      /** The base, where nothing was left to revert. */
      readonly head: string;
      /** Those that were reverted, the newest first. */
      readonly commits: readonly BroughtCommit[];
    }
  | {
      readonly kind: 'conflicted';
      readonly commit: BroughtCommit;
      /** Where later work changed the same. */
      readonly files: readonly string[];
    };

export type RevertParams = {
  readonly base: string;
  /** In any order: the newest is reverted first. */
  readonly commits: readonly BroughtCommit[];
  readonly identity: GitIdentity;
};

/**
 * Takes commits back on top of a base, each by a commit of its own, without a work tree. One whose work the base has no
 * more is left out.
 */
export async function revertCommits(git: Git, params: RevertParams): Promise<Reverted> {
  const { base, identity } = params;
  const reverted: BroughtCommit[] = [];
  let head = base;
  for (const commit of await newestFirst(git, params)) {
    const tree = await revertedTree(git, { commit, head, identity });
    if (typeof tree !== 'string') return { kind: 'conflicted', commit, files: tree };
    if (tree === (await treeOf(git, head))) continue;
    const message = await messageFor(git, commit);
    head = await makeCommit(git, { tree, parents: [head], message, identity });
    reverted.push(commit);
  }
  return { kind: 'reverted', head, commits: reverted };
}

async function newestFirst(
  git: Git,
  { base, commits }: RevertParams,
): Promise<readonly BroughtCommit[]> {
  const placed = await Promise.all(
    commits.map(async (commit) => ({ commit, behind: await countCommits(git, commit.sha, base) })),
  );
  return placed
    .toSorted((one, other) => (one.behind ?? 0) - (other.behind ?? 0))
    .map(({ commit }) => commit);
}

/** The tree of a commit without the work of another; or the files in which later work is in the way. */
async function revertedTree(
  git: Git,
  { commit, head, identity }: { commit: BroughtCommit; head: string; identity: GitIdentity },
): Promise<string | readonly string[]> {
  // Seen from the commit, the head is one change and what was before it another: their merge is the head without it.
  const parents = [commit.sha];
  const standIn = { parents, message: 'Stand-in', identity };
  const ours = await makeCommit(git, { ...standIn, tree: await treeOf(git, head) });
  const theirs = await makeCommit(git, { ...standIn, tree: await treeOf(git, commit.before) });
  const trial = await tryMerge(git, { ours, theirs });
  if (trial.kind === 'refused')
    throw new Error(`git does not revert ${commit.sha}: ${trial.message}`);
  return trial.kind === 'clean' ? trial.tree : trial.files.map(({ path }) => path);
}

/** As git words it, so that people and programs know it for what it is. */
async function messageFor(git: Git, { sha, before, isMerge }: BroughtCommit): Promise<string> {
  const [subject = ''] = (await readMessage(git, sha)).split('\n');
  const made = isMerge ? `, reversing\nchanges made to ${before}` : '';
  return `Revert "${plainText(subject, 200)}"\n\nThis reverts commit ${sha}${made}.\n`;
}
