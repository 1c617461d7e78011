import { readFile, realpath } from 'node:fs/promises';
import type { ProcessIdentity } from '../model/process-identity.ts';
import type { KeptEnd } from '../process/claim.ts';
import { findStrays, type Stray } from '../process/find-strays.ts';
import type { Services } from '../services/run-services.ts';

export type StrayParams = {
  readonly ordinal: number;
  readonly attempt: number;
  readonly workspace: string;
  /** The attempt's own directory. */
  readonly directory: string;
  readonly keeper: ProcessIdentity;
  readonly end: KeptEnd;
};

/**
 * Records what an agent may have left running: what no signal ended; and, where its keeper could not hold lost processes
 * or has died, what holds on to its directories. In a sandbox nothing outlives it.
 */
export async function reportStrays(
  services: Services<'record' | 'workspaces'>,
  params: StrayParams,
): Promise<void> {
  const { end, keeper } = params;
  const unended = await Promise.all((end.left ?? []).map(unendedStray));
  const isHeld = services.workspaces.isSandboxed || (end.kind !== 'lost' && end.unheld !== true);
  const places = await Promise.all(
    [params.workspace, params.directory].map((path) => realpath(path).catch(() => path)),
  );
  const seen = isHeld ? [] : await findStrays({ directories: places, since: keeper });
  const strays = [...unended, ...seen];
  if (strays.length === 0) return;
  services.record.record({
    type: 'processes-left',
    task: params.ordinal,
    attempt: params.attempt,
    processes: strays.slice(0, mostStrays),
    count: strays.length,
  });
}

const mostStrays = 20;

async function unendedStray(pid: number): Promise<Stray> {
  const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return { pid, command: words.replaceAll('\0', ' ').trim().slice(0, 200) };
}
