import { isInHistory } from '../../git/ancestry.ts';
import type { Git } from '../../git/git.ts';
import { findRevision } from '../../git/refs.ts';
import { mergeIntoBranch } from '../../git/work-tree.ts';
import { readStatus } from '../../workspace/salvage/work-status.ts';
import { readBaseline } from '../../attempts/attempt-baseline.ts';
import type { Services } from '../../services/run-services.ts';
import { commitLeftovers } from '../verify/commit-leftovers.ts';

/** What is merged into a task's own branch. */
type TakeParams = {
  readonly ordinal: number;
  /** A commit that our clone has. */
  readonly commit: string;
  /** The subject of the merge. */
  readonly message: string;
};

/**
 * Merges a commit into a task's branch, with all that its agents had left there committed before. Gives the files whose
 * conflict stays in the workspace, for its agent. Calling it again changes nothing.
 */
async function takeIntoBranch(
  services: Services<'record' | 'workspaces' | 'clock'>,
  params: TakeParams,
): Promise<string[]> {
  const { record, workspaces } = services;
  const { ordinal, commit } = params;
  const { workspace, attempts } = record.task(ordinal);
  const path = workspace?.path ?? '';
  const signal = AbortSignal.any([services.clock.stop.now, services.clock.cancelSignal(ordinal)]);
  const git = workspaces.git(path, { signal });
  await workspaces.visit(path, { marker: workspaces.marker(ordinal), signal });
  const isBegun = (await findRevision(git, 'MERGE_HEAD')) !== null;
  if (!isBegun && !(await isInHistory(git, commit, 'HEAD'))) {
    const last = attempts.at(-1);
    if (last !== undefined) {
      const baseline = await readBaseline(last.directory);
      const status = await readStatus(git, 'all');
      await commitLeftovers(services, { ordinal, workspace: path, baseline, git, status });
    }
    await mergeIn(services, git, params);
  }
  const { entries } = await readStatus(git, 'normal');
  return entries.filter(({ kind }) => kind === 'unmerged').map((entry) => entry.path);
}

async function mergeIn(
  { workspaces }: Services<'workspaces'>,
  git: Git,
  { commit, message }: TakeParams,
) {
  const end = await mergeIntoBranch(git, { commit, message, identity: workspaces.identity });
  if (end.kind === 'refused')
    throw new Error(`Git could not merge ${commit.slice(0, 9)}: ${end.why}`);
}

/**
 * Merges the verified branch of another task into a task's own, after it was held. Conflicts stay in the workspace, for
 * the agent to resolve when it continues.
 */
export async function ensureStackedOn(
  services: Services<'record' | 'workspaces' | 'clock'>,
  ordinal: number,
  on: number,
): Promise<void> {
  const { record } = services;
  const { head } = record.task(on);
  if (head === null) throw new Error(`Task ${on} has no verified commit to stand on`);
  const message = `Build on task ${on}`;
  const files = await takeIntoBranch(services, { ordinal, commit: head, message });
  record.record({ type: 'task-stacked', task: ordinal, on, base: head, files });
}

/**
 * Merges what a task stands on today into its branch, before it is worked on again: what failed for something that the
 * base lacked may pass by itself now.
 */
export async function ensureBaseTaken(
  services: Services<'record' | 'workspaces' | 'clock'>,
  ordinal: number,
  onto: string,
): Promise<void> {
  const { record } = services;
  const message = `Bring in ${record.state().base.branch} at ${onto.slice(0, 9)}`;
  const files = await takeIntoBranch(services, { ordinal, commit: onto, message });
  record.record({ type: 'base-taken', task: ordinal, base: onto, files });
}
