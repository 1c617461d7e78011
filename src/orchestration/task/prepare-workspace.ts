import { join } from 'node:path';
import { foundBranch } from '../../model/state/found-state.ts';
import { isRed, type CheckResult } from '../../model/failure/failure.ts';
import { branchName } from '../../model/names.ts';
import { runCheck } from '../../verification/run-check.ts';
import type { TaskEnvironment } from '../../workspace/environment/task-environment.ts';
import { checkoutIndex } from '../../attempts/checkout-index.ts';
import { groundOf, shellIn, type RunTools } from '../../services/run-tools.ts';
import { reopenWorkspace } from './reopen-workspace.ts';

/** Makes a task's workspace on its branch. One that an earlier orchestrator did not finish is made again. */
export async function ensureWorkspace(
  tools: RunTools,
  ordinal: number,
  issueNumber: number,
): Promise<void> {
  const { record, workspaces } = tools;
  const task = record.task(ordinal);
  const commit = groundOf(tools, ordinal) ?? record.state().base.sha;
  const path = tools.workspacePath(ordinal);
  const branch = branchName(issueNumber, task.title);
  const found = foundBranch(task);
  if (task.feedback.returned !== null) {
    const { head } = task.feedback.returned;
    const published = { branch: task.workspace?.branch ?? branch, head, commit };
    return reopenWorkspace(tools, ordinal, published);
  }
  if (found !== null) return reopenWorkspace(tools, ordinal, { ...found, commit });
  record.record({ type: 'workspace-intended', task: ordinal, path, branch, baseSha: commit });
  await workspaces.create({ path, branch, commit, index: checkoutIndex(tools, ordinal) });
  await tools.copyIgnored(path);
  record.record({ type: 'workspace-done', task: ordinal });
}

export type SetUpOrder = {
  readonly environment: TaskEnvironment;
  /** Asked once it has its place: what waited for one is not begun any more when nothing new is. */
  readonly mayBegin: () => boolean;
  /** Called before the place is free again, so that nobody begins what would fail in the same way. */
  readonly onFailed: (result: CheckResult) => void;
};

/** Runs the setup command in a task's workspace. */
export async function ensureSetUp(
  tools: RunTools,
  ordinal: number,
  { environment, mayBegin, onFailed }: SetUpOrder,
): Promise<'on' | 'not-now'> {
  const { record } = tools;
  const signal = AbortSignal.any([tools.stop.now, tools.cancelSignal(ordinal)]);
  return tools.places.checks(
    async () => {
      if (!mayBegin()) return 'not-now';
      const result = await runSetup(tools, ordinal, { environment, signal });
      if (tools.stop.now.aborted) return 'not-now';
      // A setup that was cut short by a cancellation says nothing; the cancellation is the next step.
      record.record({ type: 'setup-ended', task: ordinal, result });
      if (!signal.aborted && isRed(result)) onFailed(result);
      return 'on';
    },
    { signal },
  );
}

async function runSetup(
  tools: RunTools,
  ordinal: number,
  order: { readonly environment: TaskEnvironment; readonly signal: AbortSignal },
): Promise<CheckResult> {
  const { setup, record } = tools;
  const workspace = record.task(ordinal).workspace?.path ?? '';
  const command = setup ?? 'true';
  return runCheck({
    name: 'setup',
    command,
    argv: await shellIn(tools, { room: ordinal, workspace, command }),
    cwd: workspace,
    env: order.environment.variables,
    timeLimitSeconds: record.state().settings.checkTimeoutSeconds,
    log: join(tools.controlDirectory(ordinal), 'setup.log'),
    marker: tools.marker(ordinal, 'setup'),
    secrets: tools.secretForms,
    signal: order.signal,
  });
}
