import type { Failure } from '../../model/failure/failure.ts';
import { hasOpenPull } from '../../model/state/feedback.ts';
import { isAsFound } from '../../model/state/found-state.ts';
import { isPassing } from '../../model/forge-problem.ts';
import { redOnBase, type TaskState } from '../../model/state/task-state.ts';
import { plannedTask, taskBelow } from '../../services/planned-task.ts';
import type { Services } from '../../services/run-services.ts';
import { ensureAnswered } from './ensure-answered.ts';
import { pullRequestBody } from './pull-request-body.ts';

/**
 * Pushes a verified branch and opens its pull request. What the journal knows to be done is not done again. What only
 * waits for the network or for a limit's end is `not-now`: the next start does it.
 */
export async function ensurePublished(
  services: Services<'record' | 'forge' | 'workspaces'>,
  ordinal: number,
): Promise<Failure | 'not-now' | null> {
  const { record } = services;
  try {
    record.record({
      type: 'stage-changed',
      task: ordinal,
      stage: 'creating_pr',
      evidence: checkWords(record.task(ordinal)),
    });
    await ensurePushed(services, ordinal);
    await ensurePullRequest(services, ordinal);
    await ensureAnswered(services, ordinal);
  } catch (error) {
    if (isPassing(error)) return 'not-now';
    const message = `The work is verified and safe on its branch, but publishing it failed: ${(error as Error).message}`;
    return { reason: 'forge-error', message };
  }
  record.record({ type: 'task-completed', task: ordinal });
  return null;
}

function checkWords(task: TaskState): string {
  if (task.checks.length === 0) return 'no check to run';
  return redOnBase(task).length === 0 ? 'checks passed' : 'what fails, fails on the base, too';
}

async function ensurePushed(
  services: Services<'record' | 'forge' | 'workspaces'>,
  ordinal: number,
): Promise<void> {
  const { record, forge } = services;
  const { head, pushedHead, workspace, found } = record.task(ordinal);
  if (head === null || workspace === null) throw new Error(`Task ${ordinal} has nothing to push`);
  if (pushedHead === head) return;
  const { branch } = workspace;
  record.record({ type: 'push-intended', task: ordinal, branch, head });
  // A start from the base that the user asked for replaces what was there, and nothing newer.
  const expected = found?.kind === 'dropped' ? { expected: found.head } : {};
  await forge.push({
    from: services.workspaces.clone.directory,
    commit: head,
    branch,
    ...expected,
  });
  record.record({ type: 'push-done', task: ordinal, head });
}

/** The task that merges first, as long as it is not merged. */
function openBelow(services: Services<'record'>, ordinal: number): TaskState | null {
  const below = taskBelow(services, ordinal);
  return below !== null && hasOpenPull(below) ? below : null;
}

async function ensurePullRequest(
  services: Services<'record' | 'forge'>,
  ordinal: number,
): Promise<void> {
  const { record, forge } = services;
  const task = record.task(ordinal);
  const state = record.state();
  if (task.workspace === null || task.issueNumber === null)
    throw new Error(`Task ${ordinal} has no branch or no sub-issue`);
  // What an earlier run opened, and this one added nothing to, stays as its reviewers know it.
  if (isAsFound(task) && task.pullRequest !== null) return;
  const key = `flotilla:pull:${record.run}:${ordinal}`;
  record.record({ type: 'pull-request-intended', task: ordinal, key });
  const item = await forge.ensurePullRequest({
    key,
    title: task.title.slice(0, 250),
    body: pullRequestBody({
      state,
      task,
      planned: plannedTask(services, ordinal),
      below: openBelow(services, ordinal),
      key,
    }),
    head: task.workspace.branch,
    // A stacked pull request shows its own changes alone.
    base: openBelow(services, ordinal)?.workspace?.branch ?? state.base.branch,
    closes: task.issueNumber,
    checks: task.checks.map(({ name, state: result, durationMs }) => ({
      name,
      state: result,
      durationMs,
    })),
  });
  record.record({ type: 'pull-request-done', task: ordinal, ...item });
}
