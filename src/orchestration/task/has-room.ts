import type { Failure } from '../../model/failure/failure.ts';
import { budgetOf, spentOn } from '../../model/state/run-state.ts';
import { openAttempt } from '../../model/state/task-state.ts';
import type { Services } from '../../services/run-services.ts';

/** How long a run waits for memory or disk to come free before it looks again. */
const shortageMs = 15_000;

/**
 * Whether one more agent may start: money and machine have room. When others are at work, room may come; when nobody is,
 * it will not, and the task fails.
 */
export async function hasRoom(
  services: Services<'record' | 'agents' | 'clock'>,
): Promise<Failure | 'wait' | null> {
  const { record, agents } = services;
  const state = record.state();
  const { tasks } = state;
  const [spent, budget] = [spentOn(state), budgetOf(state)];
  if (budget !== null && spent >= budget) {
    const message = `The run has spent $${spent.toFixed(2)} of the $${budget.toFixed(2)} that it may spend`;
    agents.gate.pause({ reason: 'budget', message, until: null });
    return { reason: 'over-budget', message };
  }
  const shortage = await agents.shortage();
  if (shortage === null) return null;
  const isAlone = !tasks.some((task) => openAttempt(task) !== null);
  if (isAlone) return { reason: 'out-of-resources', message: shortage };
  agents.gate.pause({
    reason: 'resources',
    message: shortage,
    until: new Date(services.clock.now().getTime() + shortageMs),
  });
  return 'wait';
}
