import type { Agent, AgentProgram } from '../agents/agent.ts';
import type { AttemptState } from '../model/state/task-state.ts';

/** An agent that was found on this machine. */
export type FleetMember = {
  readonly agent: Agent;
  readonly program: AgentProgram;
  /** Those of the user's variables that its program needs. */
  readonly variables: Readonly<Record<string, string>>;
  /** A model is one of its agent's: another agent does not know it. */
  readonly model: string | null;
};

/** Who works on what. */
export type Fleet = {
  readonly first: FleetMember;
  /** The tasks that have an agent of their own. */
  readonly own: ReadonlyMap<number, FleetMember>;
  /** Who takes over, in this order, when an agent is limited or has failed twice. */
  readonly fallbacks: readonly FleetMember[];
};

/** How often an agent may fail on a task before another one takes it over. */
const mostFailures = 2;

/**
 * Who makes the next attempt on a task, by the attempts before. When nobody is left who has not given up, it is the task's
 * own agent again.
 */
export function memberFor(
  { first, own, fallbacks }: Fleet,
  ordinal: number,
  attempts: readonly AttemptState[],
): FleetMember {
  const preferred = own.get(ordinal) ?? first;
  const candidates = [preferred, ...fallbacks];
  return candidates.find(({ agent }) => !hasGivenUp(agent.name, attempts)) ?? preferred;
}

/** All members, each once. */
export function membersOf({ first, own, fallbacks }: Fleet): readonly FleetMember[] {
  return [...new Set([first, ...own.values(), ...fallbacks])];
}

function hasGivenUp(agent: string, attempts: readonly AttemptState[]): boolean {
  const failures = attempts
    .filter((attempt) => attempt.agent === agent)
    .map(({ failure }) => failure?.reason ?? null)
    .filter((reason) => reason !== null);
  return failures.at(-1) === 'provider-limited' || failures.length >= mostFailures;
}
