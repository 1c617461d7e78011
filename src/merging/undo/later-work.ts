import { listCommitsBeyond } from '../../git/ancestry.ts';
import { listTouching, type NamedCommit } from '../../git/commits.ts';
import type { Git } from '../../git/git.ts';
import type { BroughtCommit, MergedAs } from './merged-as.ts';

/** What was merged later and changed the same files. */
export type LaterWork = {
  /** Tasks of the run, in the order of their ordinals. */
  readonly tasks: readonly number[];
  /** Commits that are no task's, the newest first. */
  readonly commits: readonly NamedCommit[];
};

/** Finds what is in the way of a revert: all that changed some files after a commit, and is not undone with it. */
export async function findLaterWork(
  git: Git,
  params: {
    readonly commit: BroughtCommit;
    readonly files: readonly string[];
    readonly base: string;
    /** How the run's merged tasks came into the base. */
    readonly merged: ReadonlyMap<number, MergedAs>;
    /** The tasks that are undone together. */
    readonly undone: readonly number[];
  },
): Promise<LaterWork> {
  const { commit, files, base, merged, undone } = params;
  if (files.length === 0) return { tasks: [], commits: [] };
  const touching = await listTouching(git, { from: commit.sha, to: base, paths: files });
  const owners = new Map<string, number>();
  for (const answer of merged.values())
    for (const brought of answer.kind === 'known' ? answer.commits : [])
      for (const sha of await commitsOf(git, brought)) owners.set(sha, brought.task);
  const tasks = new Set(touching.flatMap(({ sha }) => owners.get(sha) ?? []));
  return {
    tasks: [...tasks].filter((task) => !undone.includes(task)).toSorted((one, two) => one - two),
    commits: touching.filter(({ sha }) => !owners.has(sha)),
  };
}

/** A commit with those that it merged. */
async function commitsOf(
  git: Git,
  { sha, before, isMerge }: BroughtCommit,
): Promise<readonly string[]> {
  return isMerge ? await listCommitsBeyond(git, before, sha) : [sha];
}
