import { restoreFiles } from '../../workspace/salvage/restore-files.ts';
import type { Services } from '../../services/run-services.ts';

export type TreeToRestore = {
  /** A checkout of ours in which programs have run. */
  readonly workspace: string;
  /** Its index as it was then, out of their reach. */
  readonly index: string;
  readonly signal: AbortSignal;
};

/** Puts back what setup or a check changed of a commit's files, unless they do the same to the base; says what it was. */
export function restoreTracked(
  { record, workspaces }: Services<'record' | 'workspaces'>,
  tree: TreeToRestore,
): Promise<string[]> {
  const { confinement } = workspaces;
  const except = record.state().changedByChecks;
  return restoreFiles({ clone: workspaces.clone.directory, confinement, except, ...tree });
}
