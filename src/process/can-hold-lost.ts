import { fileURLToPath } from 'node:url';
import { runCommand } from './run-command.ts';

const script = fileURLToPath(new URL('subreaper.sh', import.meta.url));

/** Whether processes that lose their parent come back to a keeper here, whatever they made of themselves. */
export async function canHoldLost(env: NodeJS.ProcessEnv): Promise<boolean> {
  const look = 'test -n "$FLOTILLA_HOLDS"';
  const argv = ['/bin/sh', script, '/bin/sh', '-c', look] as const;
  const { end } = await runCommand({ argv, cwd: '/', env, timeLimitMs: 10_000 });
  return end.kind === 'exited' && end.code === 0;
}
