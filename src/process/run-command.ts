import { spawn } from 'node:child_process';
import type { FileHandle } from 'node:fs/promises';
import { endTree, markerVariable, signalQuietly } from './process-tree.ts';

/** How a process ended. */
export type ProcessEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: NodeJS.Signals }
  | { readonly kind: 'not-started'; readonly message: string }
  | { readonly kind: 'stopped'; readonly why: 'timed-out' | 'aborted' };

export type CommandOptions = {
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** What standard input gives, which is closed after it; without it, standard input is empty. */
  readonly input?: string | Buffer;
  /** A file that is standard input, in place of text. */
  readonly inputFile?: FileHandle;
  /** Takes standard output as it comes, instead of its being kept in memory. It must not throw. */
  readonly onOutput?: (chunk: Buffer) => void;
  /** Where both output streams go instead of into memory. */
  readonly output?: FileHandle;
  /** Milliseconds. */
  readonly timeLimitMs?: number;
  readonly signal?: AbortSignal;
  /**
   * Gives the command a session of its own and a marker, so that its whole tree is ended with it: on time out, on
   * abort, and after it exited with something left running.
   */
  readonly treeMarker?: string;
};

export type CommandResult = {
  readonly end: ProcessEnd;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
};

const graceMs = 2_000;

/** Runs a program to its end. Never rejects for what the program does: all ends are data. */
export async function runCommand(options: CommandOptions): Promise<CommandResult> {
  const startedAt = performance.now();
  const isTree = options.treeMarker !== undefined;
  const child = start(options);
  const output: [Buffer[], Buffer[]] = [[], []];
  child.stdout?.on('data', options.onOutput ?? ((chunk: Buffer) => output[0].push(chunk)));
  child.stderr?.on('data', (chunk: Buffer) => output[1].push(chunk));
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(options.input ?? '');

  let stopped: 'timed-out' | 'aborted' | null = null;
  const root = { leader: child.pid ?? null, marker: options.treeMarker ?? null };
  const stop = (why: 'timed-out' | 'aborted'): void => {
    stopped ??= why;
    if (isTree) void endTree(root, graceMs);
    // With all of its group: a helper of git's that waits for a network holds the pipes open.
    else if (child.pid !== undefined) signalQuietly(-child.pid, 'SIGKILL');
  };
  const limit = options.timeLimitMs;
  const timer = limit === undefined ? undefined : setTimeout(stop, limit, 'timed-out');
  const onAbort = (): void => stop('aborted');
  options.signal?.addEventListener('abort', onAbort, { once: true });
  if (options.signal?.aborted) onAbort();
  try {
    const end = await endOf(child, isTree);
    if (isTree && child.pid !== undefined) await endTree(root, graceMs);
    return {
      end: stopped === null ? end : { kind: 'stopped', why: stopped },
      stdout: Buffer.concat(output[0]).toString('utf8'),
      stderr: Buffer.concat(output[1]).toString('utf8'),
      durationMs: Math.round(performance.now() - startedAt),
    };
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', onAbort);
  }
}

function start(options: CommandOptions): ReturnType<typeof spawn> {
  const [program, ...args] = options.argv;
  const marker = options.treeMarker;
  const sink = options.output?.fd ?? 'pipe';
  return spawn(program, args, {
    cwd: options.cwd,
    env: marker === undefined ? options.env : { ...options.env, [markerVariable]: marker },
    stdio: [options.inputFile?.fd ?? 'pipe', sink, sink],
    // A session of its own: Ctrl-C in the terminal is for us to handle, not for a git that is writing.
    detached: true,
  });
}

/**
 * A plain command has ended when its pipes are closed, so that no output is lost. A tree has ended with its leader: one
 * that left a server behind must not hold us up.
 */
function endOf(child: ReturnType<typeof spawn>, isTree: boolean): Promise<ProcessEnd> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      if (child.pid === undefined) resolve({ kind: 'not-started', message: error.message });
    });
    child.once(isTree ? 'exit' : 'close', (code: number | null, signal: NodeJS.Signals | null) => {
      if (code !== null) resolve({ kind: 'exited', code });
      else if (signal !== null) resolve({ kind: 'signalled', signal });
    });
  });
}
