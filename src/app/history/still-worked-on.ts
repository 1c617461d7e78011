import type { RunStanding } from '../../model/state/run-standing.ts';
import { isAlive } from '../../process/identity.ts';

/** Whether a living orchestrator works on a run that is known by how it stands. */
export async function isStillWorkedOn({ orchestrator }: RunStanding): Promise<boolean> {
  return orchestrator !== null && (await isAlive(orchestrator));
}
