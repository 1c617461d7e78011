import { fileURLToPath } from 'node:url';
import { runCommand } from '../../process/run-command.ts';
import type { Foresight, ForesightParams } from './foresight.ts';

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const program = fileURLToPath(new URL(`foresee-program.${extension}`, import.meta.url));

/**
 * The same as `foresee`, in a process of its own. An orchestrator lives for hours, and what the parsers and the index
 * took would stay with it: neither Node nor the C library gives such memory back before the process ends.
 */
export async function foreseeApart(
  { directory, env }: { readonly directory: string; readonly env: NodeJS.ProcessEnv },
  params: ForesightParams,
): Promise<Foresight> {
  const { end, stdout, stderr } = await runCommand({
    argv: [process.execPath, program, directory],
    cwd: directory,
    env,
    input: JSON.stringify(params),
  });
  if (end.kind === 'exited' && end.code === 0) return JSON.parse(stdout) as Foresight;
  const how = end.kind === 'signalled' ? `was ended by ${end.signal}` : 'failed';
  throw new Error(`Reading the repository for the plan ${how}: ${stderr.trim().slice(-2_000)}`);
}
