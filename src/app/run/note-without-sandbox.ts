import { mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { CommandContext } from '../../cli/command-context.ts';
import { describeWithoutSandbox } from './without-sandbox.ts';
import type { RunOutput } from '../../cli/run-output.ts';

/** Says, once on this machine and before anything starts, what agents can do without a sandbox. */
export async function noteWithoutSandbox(
  stateHome: string,
  { context, output }: { readonly context: CommandContext; readonly output: RunOutput },
): Promise<void> {
  await mkdir(stateHome, { recursive: true, mode: 0o700 });
  const isFirst = await writeFile(join(stateHome, 'told-without-sandbox'), '', { flag: 'wx' }).then(
    () => true,
    () => false,
  );
  if (!isFirst) return;
  const reach = await describeWithoutSandbox(context.env, homedir());
  output.note(
    `There is no sandbox: ${reach} Run only issues whose authors you trust. (flotilla doctor says this again.)`,
  );
}
