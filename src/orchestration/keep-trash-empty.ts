import { openBell } from '../services/bell.ts';
import type { Services } from '../services/run-services.ts';

/**
 * Empties the trash, and again each time a workspace has gone there: a run of many tasks would else fill the disk with
 * what their setups installed. Whatever is left when `signal` comes is for the next start.
 */
export async function keepTrashEmpty(
  { record, workspaces }: Services<'record' | 'workspaces'>,
  signal: AbortSignal,
): Promise<void> {
  const bell = openBell(signal);
  record.listen(({ type }) => {
    if (type === 'workspace-removed') bell.ring();
  });
  while (!signal.aborted) {
    await workspaces.emptyTrash(signal);
    await bell.wait(null);
  }
}
