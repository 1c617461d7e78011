import { stat } from 'node:fs/promises';
import type { ForeignGitError } from '../../git/git.ts';
import { isRepository } from '../../git/repository.ts';
import type { Failure } from '../../model/failure/failure.ts';
import type { Services } from '../../services/run-services.ts';

/** What became of a workspace that the journal believes to be ready. */
export type WorkspaceFate = 'there' | 'gone' | 'no-repository';

/**
 * Looks whether a task's workspace still is what it was: somebody may have cleaned up by hand while no orchestrator
 * looked, and an agent may delete its `.git`. Git in what is left would find a repository around it.
 */
export async function findFate(
  services: Services<'record' | 'workspaces'>,
  ordinal: number,
): Promise<WorkspaceFate> {
  const path = services.record.task(ordinal).workspace?.path ?? '';
  if (await services.workspaces.exists(path)) return 'there';
  return (await stat(path).catch(() => null)) === null ? 'gone' : 'no-repository';
}

/** Has a task begin again from the base in a workspace of its own; what its branch held is kept under a salvage ref. */
export function beginAgain(services: Services<'record'>, ordinal: number): void {
  services.record.record({ type: 'task-retried', task: ordinal, why: 'automatic', isFresh: true });
}

/** What to say of work that cannot be verified because its workspace is no longer a repository. */
export function lostWorkspace(path: string, fate: Exclude<WorkspaceFate, 'there'>): Failure {
  const message =
    fate === 'gone'
      ? `The workspace ${path} was deleted before its work was verified`
      : `The workspace is no longer a repository: its .git was deleted or replaced; its files are kept in ${path}`;
  return { reason: 'agent-failed', message };
}

/** What to say when the clone that all workspaces share is gone: an agent without a sandbox can delete it. Null when it is there. */
export async function lostClone({ workspaces }: Services<'workspaces'>): Promise<Failure | null> {
  if (await isRepository(workspaces.clone.git).catch(() => false)) return null;
  const message = `Flotilla's own clone, ${workspaces.clone.directory}, was deleted or damaged during the run. Your own repository is not affected. Start again with --retry, and the clone is created again; --sandbox on keeps agents away from it`;
  return { reason: 'invalid', message };
}

/** What to say of a workspace in which git cannot work. */
export async function whyUnreadable(
  services: Services<'workspaces'>,
  workspace: string,
  error: ForeignGitError,
): Promise<Failure> {
  const lost = await lostClone(services);
  if (lost !== null) return lost;
  const why = error.message.replaceAll(/\s+/gu, ' ').slice(0, 500);
  return {
    reason: 'agent-failed',
    message: `The agent's work cannot be read: ${why}. Its files are kept in ${workspace}; --retry --fresh starts the task from the base again`,
  };
}
