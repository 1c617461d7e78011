import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { err, ok } from '../../model/result.ts';
import type { Agent, AgentMissing } from '../agent.ts';

/**
 * The absolute path of a program that is named as in a shell: looked up on `PATH`, or given absolute. Null when it is
 * not there or may not be run. Relative entries of `PATH` are passed over: what they mean depends on the directory.
 */
export async function findProgram(name: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  if (name.includes('/')) return isAbsolute(name) && (await isProgram(name)) ? name : null;
  const places = (env['PATH'] ?? '').split(delimiter).filter((place) => isAbsolute(place));
  return findFirst(places.map((place) => join(place, name)));
}

/** The first of some absolute paths that is a program. */
export async function findFirst(paths: readonly string[]): Promise<string | null> {
  for (const path of paths) {
    if (await isProgram(path)) return path;
  }
  return null;
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** Looks an agent's program up on `PATH`. */
export function locateOnPath(wanted: Omit<AgentMissing, 'code'>): Agent['locate'] {
  return async (env) => {
    const path = await findProgram(wanted.program, env);
    return path === null ? err({ code: 'agent-missing', ...wanted }) : ok({ path });
  };
}
