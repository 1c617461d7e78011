import type { Agent } from '../../agents/agent.ts';
import type { Fleet } from '../../orchestration/fleet.ts';
import type { Settings } from '../settings.ts';

/** Which limits that the user gave nobody can hold an agent of the run to, a sentence each. */
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
          `${agent.name} does not tell what it does, so --max-turns cannot hold it; --timeout can.`,
        ]),
    ...(maxCostUsd === null || isCostLimitHeld(agent)
      ? []
      : [
          `${agent.name} does not tell what it costs, so --max-cost cannot hold it; --max-turns or --timeout may.`,
        ]),
  ]);
}

function isTurnsLimitHeld({ capabilities }: Agent): boolean {
  return capabilities.limitsTurns || capabilities.tellsTurns;
}

function isCostLimitHeld({ capabilities }: Agent): boolean {
  return capabilities.limitsCost || capabilities.tellsCost;
}
