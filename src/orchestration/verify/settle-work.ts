import { foundBranch } from '../../model/state/found-state.ts';
import type { Failure } from '../../model/failure/failure.ts';
import type { StackedState } from '../../model/state/task-state.ts';
import { readWorkDone } from '../../workspace/salvage/work-done.ts';
import { readStatus } from '../../workspace/salvage/work-status.ts';
import type { Services } from '../../services/run-services.ts';
import { isInHistory } from '../../git/ancestry.ts';
import { mergedTree } from '../../git/combine-commits.ts';
import { makeCommit, readMessage } from '../../git/commits.ts';
import type { Git, GitIdentity } from '../../git/git.ts';
import { resetKeeping } from '../../git/work-tree.ts';
import { bringHome } from './bring-home.ts';
import { collectBranch, setBranch } from './collect-branch.ts';
import { commitLeftovers } from './commit-leftovers.ts';
import type { VerifyParams } from './work-verdict.ts';

/**
 * Commits what the agent left, brings its branch into our clone, and records what it holds. All that is verified and
 * published from here on is read there, where no agent can write.
 */
export async function settleWork(
  services: Services<'record' | 'workspaces'>,
  params: VerifyParams,
  signal: AbortSignal,
): Promise<Failure | null> {
  const { record, workspaces } = services;
  const { ordinal, workspace } = params;
  const git = workspaces.git(workspace, { signal });
  const branch = record.task(ordinal).workspace?.branch ?? '';
  await workspaces.visit(workspace, { marker: workspaces.marker(ordinal), signal });
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
    params.attempt === 0 ? [] : await commitLeftovers(services, { ...params, git, status });
  const head = await takeIn(services, params, signal);
  if (typeof head !== 'string') return head;
  const baseSha = record.task(ordinal).workspace?.baseSha ?? '';
  const work = await readWorkDone(workspaces.clone.git, { baseSha, head });
  record.record({
    ...{ type: 'work-committed', task: ordinal, attempt: params.attempt },
    ...{ ...work, leftovers },
  });
  return null;
}

/** Brings the branch into the clone, with what it started from below it; gives its commit there. */
async function takeIn(
  services: Services<'record' | 'workspaces'>,
  { ordinal, workspace }: VerifyParams,
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

type RestoreOptions = {
  /** Git in our clone, which has both commits. */
  readonly clone: Git;
  /** Git in the workspace, on the task's own branch, with nothing of the agent's left uncommitted. */
  readonly git: Git;
  readonly head: string;
  /** What its branch started from. */
  readonly ground: string;
  readonly identity: GitIdentity;
};

/** The commit that is based on the ground again, which is the head itself if it always was; or why there is none. */
type Restored =
  | { readonly ok: true; readonly head: string }
  | { readonly ok: false; readonly failure: Failure };

/**
 * An agent that amended, reset or rebased away the commit that its branch started from gets it back below its work, as
 * one commit. A failure where its work does not fit there.
 */
async function restoreBase(options: RestoreOptions): Promise<Restored> {
  const { clone, git, head, ground, identity } = options;
  if (await isInHistory(clone, ground, head)) return { ok: true, head };
  // It went back and did nothing else: there is no work to be kept.
  if (await isInHistory(clone, head, ground)) return { ok: true, head };
  const tree = await mergedTree(clone, ground, head);
  if (tree === null) return { ok: false, failure: rewritten(ground) };
  const said = await readMessage(clone, head);
  const message = `${said.trim()}\n\nThe agent had rewritten history; Flotilla put its work onto the commit that the task started from.\n`;
  const restored = await makeCommit(clone, { tree, parents: [ground], message, identity });
  // Files that setup and checks changed stay as they are.
  await resetKeeping(git, restored);
  return { ok: true, head: restored };
}

function rewritten(ground: string): Failure {
  return {
    reason: 'agent-failed',
    message: `The agent rewrote history: the branch does not hold the commit ${ground.slice(0, 9)} that it started from, and its work does not fit onto that commit by itself. Start the task from the base again: --retry --fresh`,
  };
}
