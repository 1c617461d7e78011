import type { Failure } from '../model/failure/failure.ts';
import { ForgeError, isPassing } from '../model/forge-problem.ts';
import type { Services } from '../services/run-services.ts';
import { lostClone } from './task/lost-workspace.ts';

/** The one boundary for bugs and for what the system refuses: the run continues, the record keeps the cause. */
export async function guarded(
  services: Services<'record' | 'workspaces'>,
  ordinal: number | null,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof ForgeError) return noteForgeError(services, ordinal, error);
    const lost = ordinal === null ? null : await lostClone(services);
    if (ordinal !== null && lost !== null) {
      services.record.record({ type: 'task-failed', task: ordinal, failure: lost });
      return;
    }
    const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
    services.record.record({ type: 'unexpected', task: ordinal, message, stack });
    if (ordinal !== null)
      services.record.record({
        type: 'task-failed',
        task: ordinal,
        failure: failureFrom(error, message),
      });
  }
}

/** What the forge refuses is no bug; and what only waits for it is done by the next start. */
function noteForgeError(
  { record }: Services<'record'>,
  ordinal: number | null,
  error: ForgeError,
): void {
  const { message } = error;
  if (ordinal === null) record.record({ type: 'unexpected', task: null, message, stack: '' });
  else if (!isPassing(error))
    record.record({
      type: 'task-failed',
      task: ordinal,
      failure: { reason: 'forge-error', message },
    });
}

const fullDisk =
  /ENOSPC|EDQUOT|EMFILE|ENOMEM|No space left on device|Disk quota exceeded|database or disk is full|disk-full|Cannot allocate memory/u;

function failureFrom(error: unknown, message: string): Failure {
  const code = (error as NodeJS.ErrnoException | null)?.code ?? '';
  if (fullDisk.test(`${code} ${message}`)) return { reason: 'out-of-resources', message };
  return { reason: 'invalid', message: `Flotilla could not continue with this task: ${message}` };
}
