import { UserError } from '../../model/user-error.ts';
import { membersOf, type Fleet } from '../../services/fleet.ts';

/**
 * Asks, at no cost, whether the providers accept the sign-in of the fleet's agents. Throws a `UserError` when one that
 * works on tasks is refused, since the run would be paid for in vain. One that only takes over is checked when it is needed.
 */
export async function requireSignIn(fleet: Fleet, env: NodeJS.ProcessEnv): Promise<void> {
  const workers = membersOf({ ...fleet, fallbacks: [] });
  const agents = [...new Map(workers.map(({ agent }) => [agent.name, agent])).values()];
  const answers = await Promise.all(
    agents.map(async (agent) => ({ agent, why: (await agent.probe?.(env)) ?? null })),
  );
  const refused = answers.find(({ why }) => why !== null);
  if (refused === undefined) return;
  const { agent, why } = refused;
  const fix = agent.known?.signIn.fix ?? 'Sign it in, or set its key.';
  throw new UserError({ code: 'agent-refused', agent: agent.name, why: why ?? '', fix });
}
