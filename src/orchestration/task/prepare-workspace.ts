import { join } from 'node:path';
import { foundBranch } from '../../model/state/found-state.ts';
import { isRed, type CheckResult } from '../../model/failure/failure.ts';
import { branchName } from '../../model/names.ts';
import { runCheck } from '../../verification/run-check.ts';
import type { TaskEnvironment } from '../../workspace/environment/task-environment.ts';
import { checkoutIndex } from '../../attempts/checkout-index.ts';
import { groundOf } from '../../services/planned-task.ts';
import { shellIn } from '../../services/run-workspaces.ts';
import type { Services } from '../../services/run-services.ts';
import { mergeBase } from '../../git/ancestry.ts';
import type { Git } from '../../git/git.ts';
import { hasCommit } from '../../git/objects.ts';

/**
 * Makes a task's workspace on its branch, on the ground of the task unless another one is given. One that an earlier
 * orchestrator did not finish is made again.
 */
export async function ensureWorkspace(
  services: Services<'record' | 'forge' | 'workspaces'>,
  ordinal: number,
  { issueNumber, ground = null }: { readonly issueNumber: number; readonly ground?: string | null },
): Promise<void> {
  const { record, workspaces } = services;
  const task = record.task(ordinal);
  const commit = ground ?? groundOf(services, ordinal) ?? record.state().base.sha;
  const path = workspaces.workspacePath(ordinal);
  const branch = branchName(issueNumber, task.title);
  const found = foundBranch(task);
  if (task.feedback.returned !== null) {
    const { head } = task.feedback.returned;
    const published = { branch: task.workspace?.branch ?? branch, head, commit };
    return reopenWorkspace(services, ordinal, published);
  }
  if (found !== null) return reopenWorkspace(services, ordinal, { ...found, commit });
  record.record({ type: 'workspace-intended', task: ordinal, path, branch, baseSha: commit });
  await workspaces.create({ path, branch, commit, index: checkoutIndex(services, ordinal) });
  await workspaces.copyIgnored(path);
  record.record({ type: 'workspace-done', task: ordinal });
}

export type SetUpParams = {
  readonly environment: TaskEnvironment;
  /** Asked once it has its place: what waited for one is not begun any more when nothing new is. */
  readonly mayBegin: () => boolean;
  /** Called before the place is free again, so that nobody begins what would fail in the same way. */
  readonly onFailed: (result: CheckResult) => void;
};

/** Runs the setup command in a task's workspace. */
export async function ensureSetUp(
  services: Services<'record' | 'workspaces' | 'agents' | 'clock' | 'settings'>,
  ordinal: number,
  { environment, mayBegin, onFailed }: SetUpParams,
): Promise<'on' | 'not-now'> {
  const { record } = services;
  const signal = AbortSignal.any([services.clock.stop.now, services.clock.cancelSignal(ordinal)]);
  return services.agents.places.checks(
    async () => {
      if (!mayBegin()) return 'not-now';
      const result = await runSetup(services, ordinal, { environment, signal });
      if (services.clock.stop.now.aborted) return 'not-now';
      // A setup that was cut short by a cancellation says nothing; the cancellation is the next step.
      record.record({ type: 'setup-ended', task: ordinal, result });
      if (!signal.aborted && isRed(result)) onFailed(result);
      return 'on';
    },
    { signal },
  );
}

async function runSetup(
  services: Services<'record' | 'workspaces' | 'settings'>,
  ordinal: number,
  params: { readonly environment: TaskEnvironment; readonly signal: AbortSignal },
): Promise<CheckResult> {
  const { settings, record } = services;
  const workspace = record.task(ordinal).workspace?.path ?? '';
  const command = settings.setup ?? 'true';
  return runCheck({
    name: 'setup',
    command,
    argv: await shellIn(services.workspaces, { room: ordinal, workspace, command }),
    cwd: workspace,
    env: params.environment.variables,
    timeLimitSeconds: record.state().settings.checkTimeoutSeconds,
    log: join(services.workspaces.controlDirectory(ordinal), 'setup.log'),
    marker: services.workspaces.marker(ordinal, 'setup'),
    secrets: settings.secretForms,
    signal: params.signal,
  });
}

/** A branch as the forge has it. */
type PublishedBranch = {
  readonly branch: string;
  readonly head: string;
  /** What a new branch would start from now. */
  readonly commit: string;
};

/**
 * Makes the workspace of a branch that came back, or that an earlier run had published: in the same place, at what the
 * forge has of it, so that an agent finds the work and can continue its session.
 */
async function reopenWorkspace(
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
  const path = workspaces.workspacePath(ordinal);
  record.record({ type: 'workspace-intended', task: ordinal, path, branch, baseSha, head });
  await workspaces.create({ path, branch, commit: head, index: checkoutIndex(services, ordinal) });
  await workspaces.copyIgnored(path);
  record.record({ type: 'workspace-done', task: ordinal });
}

/** Where a branch that others changed, too, leaves the base: what stands before is not the task's work. */
async function forkPoint(git: Git, base: string, head: string): Promise<string> {
  return mergeBase(git, base, head);
}
