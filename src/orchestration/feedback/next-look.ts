import type { TaskState } from '../../model/state/task-state.ts';
import type { Git } from '../../git/git.ts';
import { findNamesIn } from '../../git/trees.ts';
import type { Services } from '../../services/run-services.ts';

/** While other tasks are at work, heads without workflows are looked at this much less often. */
const restfulFactor = 10;

/**
 * When the checks of open pull requests must be looked at next, in milliseconds since 1970; null while there are none.
 * A head without workflows is looked at once, when it has had its time: mostly nothing will ever report on it.
 */
export async function nextLook(
  { settings, workspaces }: Services<'workspaces' | 'settings'>,
  params: {
    readonly open: readonly TaskState[];
    /** Whether no task is at work any more. */
    readonly isLast: boolean;
    /** Null: never yet. */
    readonly lookedAt: number | null;
  },
): Promise<number | null> {
  const { open, isLast, lookedAt } = params;
  if (open.length === 0) return null;
  const intervalMs = settings.ci.intervalSeconds * 1_000;
  const graceMs = settings.ci.graceSeconds * 1_000;
  const pushed = open.map(({ feedback }) => Date.parse(feedback.ci?.pushedAt ?? ''));
  const isReported = open.some(({ feedback }) => feedback.ci?.checks !== 'none');
  if (isReported || (await anyWorkflows(workspaces.clone.git, open)))
    return Math.max(...[Math.min(...pushed), lookedAt ?? 0].map((at) => at + intervalMs));
  const patientMs = isLast ? graceMs : graceMs * restfulFactor;
  return Math.max(Math.max(...pushed) + patientMs, (lookedAt ?? 0) + intervalMs);
}

async function anyWorkflows(git: Git, open: readonly TaskState[]): Promise<boolean> {
  for (const { feedback } of open)
    if (await hasWorkflows(git, feedback.ci?.head ?? '')) return true;
  return false;
}

/** Whether a commit has workflows. One that is not here may have some. */
export async function hasWorkflows(git: Git, commit: string): Promise<boolean> {
  const folder = '.github/workflows/';
  const names = await findNamesIn(git, commit, folder);
  return names === null || names.some((name) => /\.ya?ml$/u.test(name));
}
