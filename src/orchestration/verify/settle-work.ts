import { foundBranch } from '../../model/state/found-state.ts';
import type { Failure } from '../../model/failure/failure.ts';
import type { StackedState } from '../../model/state/task-state.ts';
import { readWorkDone } from '../../workspace/salvage/work-done.ts';
import { readStatus } from '../../workspace/salvage/work-status.ts';
import type { Services } from '../../services/run-services.ts';
import { bringHome } from './bring-home.ts';
import { collectBranch, setBranch } from './collect-branch.ts';
import { commitLeftovers } from './commit-leftovers.ts';
import { restoreBase } from './restore-base.ts';
import type { VerifyOrder } from './verdict.ts';

/**
 * Commits what the agent left, brings its branch into our clone, and records what it holds. All that is verified and
 * published from here on is read there, where no agent can write.
 */
export async function settleWork(
  services: Services<'record' | 'workspaces'>,
  order: VerifyOrder,
  signal: AbortSignal,
): Promise<Failure | null> {
  const { record, workspaces } = services;
  const { ordinal, workspace } = order;
  const git = workspaces.git(workspace, { signal });
  const branch = record.task(ordinal).workspace?.branch ?? '';
  await workspaces.visit(workspace, { marker: services.workspaces.marker(ordinal), signal });
  const status = await readStatus(git, 'all');
  const unmerged = status.entries.filter(({ kind }) => kind === 'unmerged').map(({ path }) => path);
  if (unmerged.length > 0)
    return {
      reason: 'conflicted',
      message: `The agent left a merge with conflicts in ${unmerged.join(', ')}`,
      files: unmerged,
    };
  const strayed = await bringHome(git, status.branch, branch);
  if (strayed !== null) return strayed;
  // Without an attempt there was no agent to leave anything.
  const leftovers =
    order.attempt === 0 ? [] : await commitLeftovers(services, { ...order, git, status });
  const head = await takeIn(services, order, signal);
  if (typeof head !== 'string') return head;
  const baseSha = record.task(ordinal).workspace?.baseSha ?? '';
  const work = await readWorkDone(services.workspaces.clone.git, { baseSha, head });
  record.record({
    ...{ type: 'work-committed', task: ordinal, attempt: order.attempt },
    ...{ ...work, leftovers },
  });
  return null;
}

/** Brings the branch into the clone, with what it started from below it; gives its commit there. */
async function takeIn(
  services: Services<'record' | 'workspaces'>,
  { ordinal, workspace }: VerifyOrder,
  signal: AbortSignal,
): Promise<string | Failure> {
  const { workspaces } = services;
  const task = services.record.task(ordinal);
  const branch = task.workspace?.branch ?? '';
  // What is published already stays below what is added, as the base does.
  const ground = foundBranch(task)?.head ?? task.workspace?.baseSha ?? '';
  const head = await collectBranch(services, { workspace, branch, have: [ground], signal });
  if (head === null) return { reason: 'no-commits', message: `${branch} holds no commit` };
  const git = workspaces.git(workspace, { signal });
  const restored = await restoreBase({
    clone: workspaces.clone.git,
    git,
    head,
    ground,
    identity: workspaces.identity,
  });
  if (!restored.ok) return task.stackedOn === null ? restored.failure : fallenOff(task.stackedOn);
  if (restored.head !== head) await setBranch(workspaces.clone.git, branch, restored.head);
  return restored.head;
}

/** What was put on another's branch while it was under way, and does not hold that any more. */
function fallenOff({ on, files }: StackedState): Failure {
  const message = `The agent ended without the work of task ${on}, which its branch was put on, and both do not merge by themselves`;
  return { reason: 'conflicted', message, files };
}
