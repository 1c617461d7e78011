import { homedir } from 'node:os';
import { findSandbox } from '../../workspace/sandbox/find-sandbox.ts';
import { openConfinement, type Confinement } from '../../workspace/sandbox/confinement.ts';

/** Milliseconds: a user waits for the answer, and a workspace that takes longer is named and left alone. */
const timeLimitMs = 30_000;

/**
 * Where our own programs read what agents wrote, outside of any run: in a sandbox whenever the machine has one, even
 * when the agents themselves work without.
 */
export async function findConfinement(env: NodeJS.ProcessEnv, clone: string): Promise<Confinement> {
  const found = await findSandbox(env);
  const sandbox = found.ok ? found.value : null;
  return openConfinement({ sandbox, env, home: homedir(), clone, timeLimitMs });
}
