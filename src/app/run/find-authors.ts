import type { RunState } from '../../model/state/run-state.ts';
import { UserError } from '../../model/user-error.ts';
import type { Fleet, FleetMember } from '../../services/fleet.ts';
import type { Settings } from '../settings/settings.ts';
import { locateMember } from './build-fleet.ts';

/** The agents that made a run's branches, as far as they are still on this machine. */
export type Authors = {
  readonly fleet: Fleet;
  /** Why the agent of a task is not there. */
  readonly missing: ReadonlyMap<number, string>;
};

/** Finds the agent of each task's last attempt. A missing agent does not keep anything else from being merged. */
export async function findAuthors(
  state: RunState,
  settings: Pick<Settings, 'agent' | 'model'>,
  env: NodeJS.ProcessEnv,
): Promise<Authors> {
  const own = new Map<number, FleetMember>();
  const missing = new Map<number, string>();
  for (const { ordinal, attempts } of state.tasks) {
    const name = attempts.at(-1)?.agent ?? settings.agent;
    try {
      own.set(ordinal, await locateMember(name, settings, env));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      missing.set(ordinal, `its agent, ${name}, was not asked: it is not on this machine`);
    }
  }
  // Somebody has to fill that place; an agent that is missing is not asked.
  const nobody = await locateMember('command:true', settings, env);
  return { fleet: { first: nobody, own, fallbacks: [] }, missing };
}
