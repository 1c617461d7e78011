import { alikeFailures, fleetPattern } from '../../diagnosis/failure-pattern.ts';
import { memberFor } from '../../services/fleet.ts';
import { pauseFor } from '../../attempts/plausible-words.ts';
import type { Services } from '../../services/run-services.ts';

/** Lets the whole fleet learn from how an attempt ended: a limit of the provider or a dead credential concerns every agent. */
export function reactToFailure(
  services: Services<'record' | 'agents' | 'clock' | 'settings'>,
  ordinal: number,
): void {
  const { attempts } = services.record.task(ordinal);
  const last = attempts.at(-1);
  const failure = last?.failure;
  // Another agent takes over: its provider has refused nobody yet.
  const next = memberFor(services.agents.fleet, ordinal, attempts).agent.name;
  if (
    failure?.reason === 'provider-limited' &&
    next !== last?.agent &&
    services.agents.fleet.fallbacks.some(({ agent }) => agent.name === next)
  )
    return;
  if (failure?.reason === 'unauthenticated')
    services.agents.gate.pause({
      reason: 'unauthenticated',
      message: failure.message,
      until: null,
    });
  if (failure?.reason === 'provider-limited') {
    const { message, resetsAt } = failure;
    const pause =
      resetsAt === undefined
        ? { message, until: backOff(services) }
        : pauseFor({ message, resetsAt }, services.clock.now());
    services.agents.gate.pause({ reason: 'provider-limited', ...pause });
  }
}

/**
 * Lets the whole fleet learn from how tasks fail: when several fail for the same reason in their environment, starting more
 * would only burn tokens. `since` is when this orchestrator began: older failures are what it retries.
 */
export function reactToPattern(services: Services<'record' | 'agents'>, since: string): void {
  const pattern = fleetPattern(services.record.state(), since);
  if (pattern === null || services.agents.gate.isClosedForGood()) return;
  const who = `tasks ${pattern.tasks.join(' and ')} failed with the same cause: ${pattern.cause}`;
  services.agents.gate.pause({
    reason: 'environment',
    message: `${who} ${pattern.fix}`,
    until: null,
  });
}

/** Reports at once that tasks failed alike, so that somebody may look before the others do. Each likeness is reported once. */
export function noteAlike({ record }: Services<'record'>, ordinal: number): void {
  const state = record.state();
  const alike = alikeFailures(state, ordinal);
  if (alike === null || alike.tasks.length !== 2) return;
  record.record({
    type: 'finding-raised',
    finding: {
      kind: 'failed-alike',
      severity: 'warning',
      tasks: alike.tasks,
      message: `Tasks ${alike.tasks.join(' and ')} failed alike: ${alike.line}`,
      evidence: 'the telling lines of their failures are the same',
      advice:
        'Look for one cause before more agents meet it: flotilla logs shows both; flotilla cancel ends the run.',
    },
  });
}

const longestPauseSeconds = 15 * 60;

/**
 * A provider that does not say when to come again is asked after a while that doubles each time a task is refused again:
 * agents that are refused side by side met one and the same limit.
 */
function backOff(services: Services<'record' | 'clock' | 'settings'>): Date {
  const refusals = services.record
    .state()
    .tasks.map(
      ({ attempts }) =>
        attempts.filter(({ failure }) => failure?.reason === 'provider-limited').length,
    );
  const seconds =
    services.settings.limitPauseSeconds * 2 ** Math.max(0, ...refusals.map((n) => n - 1));
  return new Date(services.clock.now().getTime() + Math.min(seconds, longestPauseSeconds) * 1_000);
}
