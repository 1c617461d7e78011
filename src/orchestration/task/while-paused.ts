import type { Services } from '../../services/run-services.ts';

/** Waits while somebody has paused the run; null: the task's step may go on, otherwise what there is to do instead. */
export async function whilePaused(
  { agents, clock }: Services<'agents' | 'clock'>,
  ordinal: number,
): Promise<'again' | 'not-now' | null> {
  const other = AbortSignal.any([clock.cancelSignal(ordinal), clock.attachSignal(ordinal)]);
  if (await agents.gate.whenContinued(AbortSignal.any([clock.stop.drain, other]))) return null;
  return other.aborted ? 'again' : 'not-now';
}
