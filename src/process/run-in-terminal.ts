import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { endTree, markerVariable, signalQuietly, treeMembers } from './process-tree.ts';

export type TerminalOptions = {
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** By which all that it starts is found and ended. */
  readonly marker: string;
  /** Ends it, with all that it started. */
  readonly signal: AbortSignal;
};

/** How a person's program ended. */
export type TerminalEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: NodeJS.Signals }
  | { readonly kind: 'not-started'; readonly message: string };

const graceMs = 2_000;

/**
 * Runs a program in the terminal that we are in, which is its own until it ends; what it leaves running is ended then. Keys
 * that mean a signal are for the program to obey, and not for us.
 */
export async function runInTerminal(options: TerminalOptions): Promise<TerminalEnd> {
  const { argv, cwd, env, marker, signal } = options;
  const root = { leader: null, marker };
  const terminal = openTerminal();
  const ignore = (): void => undefined;
  // In a session of its own, as in a sandbox, the kernel does not say that the window has another size.
  const resized = (): void => {
    void treeMembers(root).then((pids) => pids.forEach((pid) => signalQuietly(pid, 'SIGWINCH')));
  };
  const keys = ['SIGINT', 'SIGQUIT'] as const;
  for (const key of keys) process.on(key, ignore);
  process.on('SIGWINCH', resized);
  const [program, ...args] = argv;
  const child = spawn(program, args, {
    cwd,
    env: { ...env, [markerVariable]: marker },
    stdio: 'inherit',
  });
  let isForced = false;
  const end = (): void => {
    isForced = true;
    void endTree(root, graceMs);
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    const ended = once(child, 'exit').then(([code, by]) => endOf(code, by));
    ended.catch(ignore);
    await once(child, 'spawn');
    if (signal.aborted) end();
    return await ended;
  } catch (error) {
    return { kind: 'not-started', message: error instanceof Error ? error.message : String(error) };
  } finally {
    signal.removeEventListener('abort', end);
    await endTree(root, graceMs);
    terminal.restore(isForced);
    for (const key of keys) process.off(key, ignore);
    process.off('SIGWINCH', resized);
  }
}

function endOf(code: number | null, signal: NodeJS.Signals | null): TerminalEnd {
  if (code !== null) return { kind: 'exited', code };
  if (signal !== null) return { kind: 'signalled', signal };
  throw new Error('It ended with neither a code nor a signal');
}

/** Leaves the other screen, the mouse and the pasting mode, and shows the cursor. */
const plainScreen =
  '\u001B[?1049l\u001B[?1000l\u001B[?1002l\u001B[?1003l\u001B[?1006l\u001B[?2004l\u001B[?25h\u001B[0m';

type Terminal = {
  /** Gives the terminal its settings back; `isForced`: the program could not leave its screen itself. */
  readonly restore: (isForced: boolean) => void;
};

function openTerminal(): Terminal {
  const saved = stty('-g');
  return {
    restore: (isForced) => {
      if (saved === null) return;
      // One that is gone takes no words.
      if (stty(saved) !== null && isForced) process.stdout.write(plainScreen);
    },
  };
}

/** Asks about the settings of our terminal, or sets them; null where there is none, or not any more. */
function stty(word: string): string | null {
  const { status, stdout } = spawnSync('stty', [word], {
    stdio: ['inherit', 'pipe', 'ignore'],
    encoding: 'utf8',
  });
  return status === 0 ? stdout.trim() : null;
}
