import type { Agent } from '../../agents/agent.ts';
import type { Fleet } from '../../services/fleet.ts';
import type { Settings } from '../settings/settings.ts';

/** The limits given by the user that cannot be enforced on an agent of the run, a sentence each. */
export function unheldLimits(
  fleet: Fleet,
  { maxTurns, maxCostUsd }: Pick<Settings, 'maxTurns' | 'maxCostUsd'>,
): string[] {
  const members = [fleet.first, ...fleet.own.values(), ...fleet.fallbacks];
  const agents = [...new Map(members.map(({ agent }) => [agent.name, agent])).values()];
  return agents.flatMap((agent) => [
    ...(maxTurns === null || isTurnsLimitHeld(agent)
      ? []
      : [
          `${agent.name} does not report what it does, so --max-turns has no effect on it; --timeout has.`,
        ]),
    ...(maxCostUsd === null || isCostLimitHeld(agent)
      ? []
      : [
          `${agent.name} does not report what it costs, so --max-cost has no effect on it; --max-turns or --timeout may have.`,
        ]),
  ]);
}

function isTurnsLimitHeld({ capabilities }: Agent): boolean {
  return capabilities.limitsTurns || capabilities.tellsTurns;
}

function isCostLimitHeld({ capabilities }: Agent): boolean {
  return capabilities.limitsCost || capabilities.tellsCost;
}
