import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { CommandContext } from '../command-context.ts';

const program = fileURLToPath(
  new URL(`../main.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url),
);

/** The run that has begun; or why none has. */
export type Begun =
  | { readonly run: string }
  | { readonly run: null; readonly code: number | null; readonly words: string };

/**
 * Starts a run in a process of its own, and waits for its first event, or for the reason why there is none. Clients
 * end their servers when their window closes; a run continues then (docs/decisions/0039).
 */
export async function startApart(
  args: readonly string[],
  { directory, env }: CommandContext,
): Promise<Begun> {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: directory,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close') as Promise<[number | null]>;
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors = `${errors}${chunk}`.slice(-mostChars);
  });
  const output = createInterface({ input: child.stdout });
  const lines: string[] = [];
  const run = await new Promise<string | null>((resolve) => {
    output.once('close', () => resolve(null));
    output.on('line', (line) => {
      const begun = /"run":"([^"]+)"/u.exec(line)?.[1];
      if (begun === undefined) lines.push(line);
      else resolve(begun);
    });
  });
  if (run !== null) {
    output.close();
    // It goes on printing, and must never wait for a reader.
    child.stdout.resume();
    return { run };
  }
  const [code] = await ended;
  const words = [lines.join('\n'), errors].filter((part) => part !== '').join('\n');
  return { run: null, code, words: words.slice(-mostChars) };
}

const mostChars = 200_000;
