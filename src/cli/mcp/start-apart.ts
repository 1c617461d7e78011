import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { CommandContext } from '../command-context.ts';
import type { Captured } from './capture.ts';
import { ownProgram } from '../own-program.ts';

/** The run that has begun; or why none has. */
export type Begun =
  | { readonly run: string }
  | { readonly run: null; readonly code: number | null; readonly words: string };

/** A command of ours that works in a process of its own. */
export type Apart = {
  /** The run that its first event names; null when it ended without one. */
  readonly run: Promise<string | null>;
  readonly ended: Promise<Captured>;
};

/**
 * Starts a run in a process of its own, and waits for its first event, or for the reason why there is none. Clients
 * end their servers when their window closes; a run continues then (docs/decisions/0039).
 */
export async function startApart(
  args: readonly string[],
  context: Pick<CommandContext, 'directory' | 'env'>,
): Promise<Begun> {
  const apart = spawnApart(args, context);
  const run = await apart.run;
  if (run !== null) return { run };
  const { code, output, errors } = await apart.ended;
  const words = [output, errors].filter((part) => part !== '').join('\n');
  return { run: null, code, words: words.slice(-mostChars) };
}

/**
 * Starts a command that outlives this process, unless the signal ends it. What it prints once its run is known is not
 * kept.
 */
export function spawnApart(
  args: readonly string[],
  {
    directory,
    env,
    signal,
  }: Pick<CommandContext, 'directory' | 'env'> & { readonly signal?: AbortSignal },
): Apart {
  let [output, errors] = ['', ''];
  const child = spawn(process.execPath, [ownProgram, ...args], {
    cwd: directory,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal === undefined ? {} : { signal }),
  });
  // One that could not be started, or was ended by the signal, closes, too.
  child.on('error', (error) => (errors = `${errors}${error.message}\n`));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors = `${errors}${chunk}`.slice(-mostChars);
  });
  const lines = createInterface({ input: child.stdout });
  const run = new Promise<string | null>((resolve) => {
    lines.once('close', () => resolve(null));
    lines.on('line', (line) => {
      const begun = /"run":"([^"]+)"/u.exec(line)?.[1];
      if (begun === undefined) {
        output = `${output}${line}\n`.slice(-mostChars);
        return;
      }
      resolve(begun);
      lines.close();
      // It goes on printing, and must never wait for a reader.
      child.stdout.resume();
    });
  });
  const ended = once(child, 'close').then(([code]) => ({
    ...{ code: code as number | null, output: output.trim(), errors: errors.trim() },
  }));
  return { run, ended };
}

const mostChars = 200_000;
