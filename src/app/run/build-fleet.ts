import { agentNames, findAgent } from '../../agents/find-agent.ts';
import { pickVariables } from '../../agents/program/pick-variables.ts';
import type { Plan } from '../../model/plan/plan.ts';
import { UserError } from '../../model/user-error.ts';
import type { Fleet, FleetMember } from '../../services/fleet.ts';
import type { Settings } from '../settings/settings.ts';

/** Finds every agent that a run needs, so that a missing one is reported before anything starts. */
export async function buildFleet(
  settings: Settings,
  plan: Pick<Plan, 'tasks'>,
  env: NodeJS.ProcessEnv,
): Promise<Fleet> {
  const known = new Map<string, FleetMember>();
  const member = async (name: string): Promise<FleetMember> => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const found = await locateMember(name, settings, env);
    known.set(name, found);
    return found;
  };
  const first = await member(settings.agent);
  const own = new Map<number, FleetMember>();
  for (const task of plan.tasks) {
    const name = ownAgent(settings, task);
    if (name !== null) own.set(task.ordinal, await member(name));
  }
  const fallbacks: FleetMember[] = [];
  for (const name of settings.fallbackAgents) fallbacks.push(await member(name));
  return { first, own, fallbacks };
}

/** The agent that one task has; null for the run's own. Throws a `UserError` when it is not here. */
export async function recruit(
  settings: Settings,
  task: Plan['tasks'][number],
  env: NodeJS.ProcessEnv,
): Promise<FleetMember | null> {
  const name = ownAgent(settings, task);
  return name === null ? null : locateMember(name, settings, env);
}

function ownAgent({ taskAgents }: Settings, task: Plan['tasks'][number]): string | null {
  return taskAgents[String(task.ordinal)] ?? labelled(task);
}

/**
 * The agent that a task's author asks for: `agent:codex`. Text from an issue chooses among known programs only, and never
 * a command.
 */
function labelled(task: { readonly title: string; readonly description: string }): string | null {
  const label = /(?<![\w:])agent:([a-z]+)(?![\w:])/u;
  const name = (label.exec(task.title) ?? label.exec(task.description))?.[1];
  return name !== undefined && agentNames.includes(name) ? name : null;
}

/** Finds one agent on this machine. Throws a `UserError` when there is none of that name, or no program. */
export async function locateMember(
  name: string,
  settings: Pick<Settings, 'agent' | 'model'>,
  env: NodeJS.ProcessEnv,
): Promise<FleetMember> {
  const found = findAgent(name);
  if (!found.ok) throw new UserError(found.error);
  const program = await found.value.locate(env);
  if (!program.ok) throw new UserError(program.error);
  return {
    agent: found.value,
    program: program.value,
    variables: pickVariables(found.value.variables, env),
    model: name === settings.agent ? settings.model : null,
  };
}
