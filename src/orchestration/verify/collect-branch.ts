import type { Git } from '../../git/git.ts';
import { updateRef } from '../../git/refs.ts';
import { collectLargeFiles } from '../../workspace/salvage/collect-large-files.ts';
import { salvageBranch } from '../../workspace/salvage/salvage.ts';
import type { Services } from '../../services/run-services.ts';

export type BranchToCollect = {
  readonly workspace: string;
  readonly branch: string;
  /** Commits that our clone has, on which it builds. */
  readonly have: readonly string[];
  readonly signal: AbortSignal;
};

/**
 * Brings what a workspace has committed into our clone, as the branch of that name there; gives its commit. Null: HEAD
 * is no commit.
 */
export async function collectBranch(
  { workspaces }: Services<'workspaces'>,
  { workspace, branch, have, signal }: BranchToCollect,
): Promise<string | null> {
  const commit = await workspaces.collect(workspace, { want: 'HEAD', have, signal });
  if (commit === null) return null;
  await setBranch(workspaces.clone.git, branch, commit);
  const { confinement } = workspaces;
  await collectLargeFiles({ clone: workspaces.clone, confinement, workspace, commit, signal });
  return commit;
}

/** Sets a branch of the clone; what it held before and holds no more is kept under a salvage ref. */
export async function setBranch(git: Git, branch: string, commit: string): Promise<void> {
  await salvageBranch(git, branch, commit);
  await updateRef(git, `refs/heads/${branch}`, commit);
}
