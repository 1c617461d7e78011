import { homedir } from 'node:os';
import { findSandbox } from '../../workspace/sandbox/find-sandbox.ts';
import { openConfinement, type Confinement } from '../../workspace/sandbox/confinement.ts';

/**
 * Where our own programs read what agents wrote, outside of any run: in a sandbox whenever the machine has one, even
 * when the agents themselves work without.
 */
export async function findConfinement(env: NodeJS.ProcessEnv, clone: string): Promise<Confinement> {
  const found = await findSandbox(env);
  return openConfinement({ sandbox: found.ok ? found.value : null, env, home: homedir(), clone });
}
