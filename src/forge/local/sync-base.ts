import {
  findMergeBase,
  isInHistory,
  listCommitsBeyond,
  listUnlikeCommits,
  withoutMerges,
} from '../../git/ancestry.ts';
import { fetchRef } from '../../git/bare-clone.ts';
import { replayCommit } from '../../git/combine-commits.ts';
import type { Git } from '../../git/git.ts';
import { deleteRef, findRevision, moveRef, updateRef } from '../../git/refs.ts';
import { isShallow } from '../../git/repository.ts';
import { UserError } from '../../model/user-error.ts';
import { mergedCommits, type PullRequestHome } from './merged-commits.ts';

export type SyncParams = {
  readonly home: PullRequestHome;
  /** The user's git directory. */
  readonly source: string;
  readonly branch: string;
  readonly userSha: string;
};

/**
 * Brings the forge's base up to the user's branch, and gives its commit. If the user has rewritten their branch, the
 * forge's base follows as long as nothing that was merged is lost by it; what it was stays under a salvage ref. Throws a
 * `UserError` with the command that joins both when something would be lost.
 */
export async function syncBase(params: SyncParams): Promise<string> {
  const { home, branch, userSha } = params;
  const { git } = home.clone;
  const ref = `refs/heads/${branch}`;
  const ours = await findRevision(git, ref);
  if (ours === userSha) return userSha;
  const incoming = `refs/flotilla/incoming/${branch}`;
  await fetchRef(home.clone, { repository: params.source, from: ref, to: incoming });
  try {
    if (ours !== null && (await isInHistory(git, userSha, ours))) return ours;
    if (ours !== null && !(await isInHistory(git, ours, userSha))) {
      await requireNothingLost(params, ours);
      await updateRef(git, `refs/flotilla/salvage/base/${branch}/${ours}`, ours);
    }
    if (ours === null) await updateRef(git, ref, userSha);
    else await moveRef(git, { ref, from: ours, to: userSha });
    return userSha;
  } finally {
    await deleteRef(git, incoming);
  }
}

/** Throws when the forge's base has merged work of which the user's branch has nothing, not even under other ids. */
async function requireNothingLost(
  { home, branch, userSha }: SyncParams,
  ours: string,
): Promise<void> {
  const { git } = home.clone;
  const beyond = await listCommitsBeyond(git, userSha, ours);
  const merged = await mergedCommits(home, new Set(beyond));
  if (merged.size === 0) return;
  const problem = { code: 'base-diverged', branch, mine: userSha, theirs: ours } as const;
  const isUnrelated = (await findMergeBase(git, ours, userSha)) === null;
  // A history that breaks off cannot be compared: the message says how to get the whole of it.
  if (await isShallow(git))
    throw new UserError({ ...problem, isShallow: true, pick: [], isUnrelated });
  const unlike = new Set(await listUnlikeCommits(git, userSha, ours));
  const picked = await missingOf(
    git,
    userSha,
    beyond.filter((commit) => merged.has(commit) && unlike.has(commit)),
  );
  if (picked?.length === 0) return;
  // A merge brings nothing itself.
  const isRewritten = (await withoutMerges(git, beyond)).some((commit) => !merged.has(commit));
  // A merge would bring back what the user has rewritten; it is only for what does not apply by itself.
  const pick = isRewritten ? (picked ?? []) : [];
  throw new UserError({ ...problem, isShallow: false, pick, isUnrelated });
}

const identity = { name: 'Flotilla', email: 'flotilla@localhost' };

/** Those of some commits whose work another has not, one after another; null when they do not apply to it. */
async function missingOf(
  git: Git,
  onto: string,
  commits: readonly string[],
): Promise<string[] | null> {
  const missing: string[] = [];
  let tip = onto;
  for (const commit of commits) {
    const next = await replayCommit(git, { commit, tip, identity });
    if (next === null) return null;
    if (next !== tip) missing.push(commit);
    tip = next;
  }
  return missing;
}
