import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { CommandContext } from './command-context.ts';
import { openBrowser } from './open-browser.ts';
import { untilSignalled } from './until-signalled.ts';
import { ownProgram } from './own-program.ts';

export type WithDashboard = {
  readonly dashboard?: boolean | undefined;
  readonly json?: boolean | undefined;
};

/**
 * Works with a dashboard next to it, where one is wanted. That is a process of its own, so that the orchestrator neither
 * waits for a reader nor grows with it, and a dashboard that cannot start stops nothing. It ends with us, however we end;
 * at a terminal we stay for it until Ctrl-C.
 */
export async function withDashboard(
  { dashboard = false, json = false }: WithDashboard,
  context: CommandContext,
  work: () => Promise<number>,
): Promise<number> {
  if (!dashboard) return work();
  const { env, stdout, stderr } = context;
  const say = (line: string): void => void (json ? stderr : stdout).write(`${line}\n`);
  const child = start(context);
  await using opened = new AsyncDisposableStack();
  opened.defer(() => end(child));
  const url = await addressOf(child);
  if (url === null) say('The dashboard could not start; the run goes on without it.');
  else say(`Dashboard: ${url}`);
  const isAtTerminal = stdout.isTTY && !json;
  if (url !== null && isAtTerminal) opened.use(await openBrowser(url, env));
  const code = await work();
  if (url !== null && isAtTerminal) {
    const left = Promise.race([untilSignalled(), once(child, 'exit')]);
    say('\nThe dashboard stays open until Ctrl-C.');
    await left;
  }
  return code;
}

/** In a session of its own: the terminal's Ctrl-C is for the run. It ends when its standard input does. */
function start({ directory, env }: CommandContext): ChildProcess {
  const child = spawn(process.execPath, [ownProgram, 'dashboard', '--no-open', '--with-parent'], {
    ...{ cwd: directory, env, detached: true },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.on('error', () => undefined);
  child.stdin?.on('error', () => undefined);
  return child;
}

/** What it prints first; null when it ends without. */
async function addressOf({ stdout }: ChildProcess): Promise<string | null> {
  if (stdout === null) return null;
  const lines = createInterface({ input: stdout });
  return new Promise((resolve) => {
    lines.once('line', resolve);
    lines.once('close', () => resolve(null));
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = once(child, 'exit');
  child.stdin?.end();
  await exited;
}
