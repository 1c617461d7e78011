import { mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { AppContext, RunView } from '../user-interface.ts';
import { describeWithoutSandbox } from './without-sandbox.ts';

/** Says, once on this machine and before anything starts, what agents can do without a sandbox. */
export async function noteWithoutSandbox(
  stateHome: string,
  { env, note }: Pick<AppContext, 'env'> & Pick<RunView, 'note'>,
): Promise<void> {
  await mkdir(stateHome, { recursive: true, mode: 0o700 });
  const isFirst = await writeFile(join(stateHome, 'told-without-sandbox'), '', { flag: 'wx' }).then(
    () => true,
    () => false,
  );
  if (!isFirst) return;
  const reach = await describeWithoutSandbox(env, homedir());
  note(
    `There is no sandbox: ${reach} Run only issues whose authors you trust. (flotilla doctor says this again.)`,
  );
}
