import { runCommand } from '../../process/run-command.ts';

/**
 * Deletes what an agent may have written to. What cannot be deleted stays, for `flotilla clean` to show: an agent's folder
 * without permissions must not end a run.
 *
 * A process of its own, for two reasons: deleting thousands of files is no work for the orchestrator's one thread, and
 * `rm` goes down step by step, where Node names each file by its whole path and fails once that is longer than the
 * kernel takes (4,096 bytes on Linux).
 */
export async function deleteTrees(paths: readonly string[], signal?: AbortSignal): Promise<void> {
  if (paths.length === 0) return;
  await runCommand({
    argv: ['rm', '-rf', '--', ...paths],
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
    ...(signal !== undefined && { signal }),
  });
}
