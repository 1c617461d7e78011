import type { Services } from '../services/run-services.ts';

/**
 * Removes the workspace of a task whose work is published, once its tree is safe elsewhere; all others are kept for a
 * look and for a retry.
 */
export async function cleanUp(
  services: Services<'record' | 'workspaces'>,
  ordinal: number,
): Promise<void> {
  const { record, workspaces } = services;
  const { status, workspace, pushedHead } = record.task(ordinal);
  const hasServed = status === 'completed' || status === 'merged';
  if (!hasServed || workspace?.state !== 'ready' || pushedHead === null) return;
  const salvage = await workspaces.remove({
    path: workspace.path,
    safe: { commit: pushedHead, ref: workspace.branch },
    salvageAs: `${record.run}/${ordinal}`,
    artefacts: new Set(record.state().artefacts),
  });
  await workspaces.forgetSandbox(ordinal);
  if (!salvage.ok) return;
  record.record({ type: 'workspace-removed', task: ordinal, safeIn: salvage.ref });
}
