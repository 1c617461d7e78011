import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { err, ok, type Result } from '../../model/result.ts';
import { runCommand, type CommandResult } from '../../process/run-command.ts';
import { sandboxArgv, type Sandbox } from './sandbox.ts';

/** Why there is no sandbox here. */
export type SandboxMissing =
  | { readonly reason: 'not-installed'; readonly message: string }
  /** It is there, but this machine (a container, most often) does not let it make its namespaces. */
  | { readonly reason: 'not-allowed'; readonly message: string };

const timeLimitMs = 10_000;

/** Looks for bubblewrap on `PATH` and runs it once, as tasks will. */
export async function findSandbox(
  env: NodeJS.ProcessEnv,
): Promise<Result<Sandbox, SandboxMissing>> {
  const program = await findBubblewrap(env);
  if (program === null) {
    const message = 'bubblewrap (bwrap) is not installed: apt-get install bubblewrap';
    return err({ reason: 'not-installed', message });
  }
  const sandbox = { program, isRoot: process.getuid?.() === 0, canEndGently: false };
  const plain = await tryOut(sandbox, env);
  if (plain.end.kind !== 'exited' || plain.end.code !== 0)
    return err({ reason: 'not-allowed', message: messageOf(plain) });
  const gentle = { ...sandbox, canEndGently: true };
  const { end } = await tryOut(gentle, env);
  return ok(end.kind === 'exited' && end.code === 0 ? gentle : sandbox);
}

async function findBubblewrap(env: NodeJS.ProcessEnv): Promise<string | null> {
  // A relative entry of PATH would mean a file of the workspace's, run outside of any sandbox.
  const places = (env['PATH'] ?? '').split(delimiter).filter((place) => isAbsolute(place));
  for (const place of places) {
    const program = join(place, 'bwrap');
    const isProgram = await access(program, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isProgram) return program;
  }
  return null;
}

function tryOut(sandbox: Sandbox, env: NodeJS.ProcessEnv): Promise<CommandResult> {
  const mounts = [{ kind: 'empty', path: '/tmp' }] as const;
  const words = sandboxArgv({ sandbox, mounts, cwd: '/', variables: {} });
  return runCommand({ argv: [...words, '/bin/sh', '-c', ':'], cwd: '/', env, timeLimitMs });
}

function messageOf({ end, stderr }: CommandResult): string {
  if (end.kind === 'not-started') return `bubblewrap could not be started: ${end.message}`;
  const words = stderr.trim().slice(-500);
  return `bubblewrap does not work here: ${words === '' ? `it ${end.kind}` : words}`;
}
