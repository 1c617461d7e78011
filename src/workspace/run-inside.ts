import { ForeignGitError } from '../git/git.ts';
import { runCommand } from '../process/run-command.ts';
import type { Confinement } from './sandbox/confinement.ts';

const timeLimitMs = 60_000;

type InsideOptions = {
  readonly confinement: Confinement;
  /** Absolute. */
  readonly workspace: string;
  readonly signal?: AbortSignal | undefined;
};

/**
 * Runs a shell script of our own in a workspace, confined to it, and gives what it printed.
 *
 * @param what What is being done, for the error's text.
 * @throws {ForeignGitError} When it was stopped, after a minute or by the signal.
 */
export async function runInside(
  { confinement, workspace, signal }: InsideOptions,
  script: string,
  what: readonly string[],
): Promise<string> {
  const place = { workspace, access: 'write' } as const;
  const { end, stdout, stderr } = await runCommand({
    argv: await confinement.enter(place, ['/bin/sh', '-c', script]),
    cwd: workspace,
    env: confinement.env,
    timeLimitMs,
    ...(signal === undefined ? {} : { signal }),
  });
  if (end.kind === 'stopped')
    throw new ForeignGitError([...what], stderr, `was stopped (${end.why})`);
  return stdout;
}
