import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { CommandContext } from './command-context.ts';

/** Runs a program of the user's with the terminal; gives its exit code. */
export async function runInFront(
  [program, ...args]: readonly string[],
  cwd: string,
  { env }: CommandContext,
): Promise<number> {
  const child = spawn(program ?? '', args, { cwd, env, stdio: 'inherit' });
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
}
