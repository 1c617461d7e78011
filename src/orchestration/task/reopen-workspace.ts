import { mergeBase } from '../../git/ancestry.ts';
import type { Git } from '../../git/git.ts';
import { hasCommit } from '../../git/objects.ts';
import { checkoutIndex } from '../../attempts/checkout-index.ts';
import type { Services } from '../../services/run-services.ts';

/** A branch as the forge has it. */
export type PublishedBranch = {
  readonly branch: string;
  readonly head: string;
  /** What a new branch would start from now. */
  readonly commit: string;
};

/**
 * Makes the workspace of a branch that came back, or that an earlier run had published: in the same place, at what the
 * forge has of it, so that an agent finds the work and can continue its session.
 */
export async function reopenWorkspace(
  services: Services<'record' | 'forge' | 'workspaces'>,
  ordinal: number,
  { branch, head, commit }: PublishedBranch,
): Promise<void> {
  const { record, workspaces, forge } = services;
  const task = record.task(ordinal);
  if (forge.can.feedback && !(await hasCommit(workspaces.clone.git, head)))
    await forge.fetchBranch(branch);
  const isAsPublished = head === task.pushedHead && task.workspace !== null;
  const baseSha = isAsPublished
    ? task.workspace.baseSha
    : await forkPoint(workspaces.clone.git, commit, head);
  const path = services.workspaces.workspacePath(ordinal);
  record.record({ type: 'workspace-intended', task: ordinal, path, branch, baseSha, head });
  await workspaces.create({ path, branch, commit: head, index: checkoutIndex(services, ordinal) });
  await services.workspaces.copyIgnored(path);
  record.record({ type: 'workspace-done', task: ordinal });
}

/** Where a branch that others changed, too, leaves the base: what stands before is not the task's work. */
async function forkPoint(git: Git, base: string, head: string): Promise<string> {
  return mergeBase(git, base, head);
}
