import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { FileHandle } from 'node:fs/promises';
import { constants } from 'node:os';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { endTree, markerVariable, signalQuietly, type TreeRoot } from './process-tree.ts';

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
   * Gives the command a session of its own, a marker and a holder, so that its whole tree is ended with it: on time out,
   * on abort, and after it exited with something left running.
   */
  readonly treeMarker?: string;
};

export type CommandResult = {
  readonly end: ProcessEnd;
  readonly stdout: string;
  /** The newest megabyte of it. */
  readonly stderr: string;
  readonly durationMs: number;
};

const graceMs = 2_000;

/** Runs a program to its end. Never rejects for what the program does: all ends are data. */
export async function runCommand(options: CommandOptions): Promise<CommandResult> {
  const startedAt = performance.now();
  const isTree = options.treeMarker !== undefined;
  const child = start(options);
  const output: Buffer[] = [];
  const errors = keepNewest();
  child.stdout?.on('data', options.onOutput ?? ((chunk: Buffer) => output.push(chunk)));
  child.stderr?.on('data', errors.add);
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(options.input ?? '');

  let stopped: 'timed-out' | 'aborted' | null = null;
  const holder = isTree ? followHolder(child) : null;
  const root = (): TreeRoot => ({
    leader: child.pid ?? null,
    marker: options.treeMarker ?? null,
    isHolder: holder?.isHolding() ?? false,
  });
  const stop = (why: 'timed-out' | 'aborted'): void => {
    stopped ??= why;
    if (isTree) void endTree(root(), graceMs);
    // With all of its group: a helper of git's that waits for a network holds the pipes open.
    else if (child.pid !== undefined) signalQuietly(-child.pid, 'SIGKILL');
  };
  const limit = options.timeLimitMs;
  const timer = limit === undefined ? undefined : setTimeout(stop, limit, 'timed-out');
  const onAbort = (): void => stop('aborted');
  options.signal?.addEventListener('abort', onAbort, { once: true });
  if (options.signal?.aborted) onAbort();
  try {
    const end = await (holder?.ended ?? endOf(child, 'close'));
    if (isTree && child.pid !== undefined) await endTree(root(), graceMs);
    return {
      end: stopped === null ? end : { kind: 'stopped', why: stopped },
      stdout: Buffer.concat(output).toString('utf8'),
      stderr: errors.text(),
      durationMs: Math.round(performance.now() - startedAt),
    };
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', onAbort);
    await holder?.release();
  }
}

/** Messages are short; a program that was given something hostile to read may print gigabytes of it. */
const mostErrorBytes = 1024 * 1024;

function keepNewest(): { readonly add: (chunk: Buffer) => void; readonly text: () => string } {
  let [kept, size]: [Buffer[], number] = [[], 0];
  return {
    add: (chunk) => {
      kept.push(chunk);
      size += chunk.length;
      if (size < 2 * mostErrorBytes) return;
      kept = [Buffer.concat(kept).subarray(-mostErrorBytes)];
      size = mostErrorBytes;
    },
    text: () => Buffer.concat(kept).subarray(-mostErrorBytes).toString('utf8'),
  };
}

const scriptAt = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const heldBy = ['/bin/sh', scriptAt('subreaper.sh'), '/bin/sh', scriptAt('holder.sh')] as const;

function start(options: CommandOptions): ReturnType<typeof spawn> {
  const marker = options.treeMarker;
  const [program, ...args] = marker === undefined ? options.argv : [...heldBy, ...options.argv];
  const sink = options.output?.fd ?? 'pipe';
  return spawn(program, args, {
    cwd: options.cwd,
    env: marker === undefined ? options.env : { ...options.env, [markerVariable]: marker },
    stdio: [
      options.inputFile?.fd ?? 'pipe',
      sink,
      sink,
      ...(marker === undefined ? [] : ['pipe' as const]),
    ],
    // A session of its own: Ctrl-C in the terminal is for us to handle, not for a git that is writing.
    detached: true,
  });
}

type Holder = {
  /** Whether lost descendants come back to the process that was started. */
  readonly isHolding: () => boolean;
  /** How the command ended, with something left below its holder or not. */
  readonly ended: Promise<ProcessEnd>;
  /** Lets the holder end, and waits until it has: it carries the command's marker. */
  readonly release: () => Promise<void>;
};

/** One that cannot end, asleep in the kernel perhaps, is left behind. */
const longestReleaseMs = 2_000;

/**
 * `holder.sh` says on its socket that it holds, then how the command ended, and waits for our last word. Where it cannot
 * hold, the command has taken its place: the socket closes without a word.
 */
function followHolder(child: ReturnType<typeof spawn>): Holder {
  const socket = child.stdio[3] as Duplex | null | undefined;
  let heard = '';
  const told = new Promise<ProcessEnd>((resolve) => {
    socket?.on('data', (chunk: Buffer) => {
      heard += chunk.toString('latin1');
      const status = /^held\n(\d+)\n/u.exec(heard)?.[1];
      if (status !== undefined) resolve(endByStatus(Number(status)));
    });
  });
  socket?.on('error', () => undefined);
  const exited = endOf(child, 'exit').then(async (end) => {
    // What it said may still be on its way.
    if (socket && !socket.closed) await once(socket, 'close').catch(() => undefined);
    return end;
  });
  return {
    isHolding: () => heard.startsWith('held\n'),
    ended: Promise.race([told, exited]),
    release: async () => {
      socket?.end('done\n');
      await Promise.race([exited, delay(longestReleaseMs, undefined, { ref: false })]);
    },
  };
}

/** A shell reports a signal as a number above 128. */
function endByStatus(status: number): ProcessEnd {
  const number = status - 128;
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return found === undefined
    ? { kind: 'exited', code: status }
    : { kind: 'signalled', signal: found[0] as NodeJS.Signals };
}

/**
 * A plain command has ended when its pipes are closed, so that no output is lost. A tree has ended with its leader: one
 * that left a server behind must not hold us up.
 */
function endOf(child: ReturnType<typeof spawn>, event: 'exit' | 'close'): Promise<ProcessEnd> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      if (child.pid === undefined) resolve({ kind: 'not-started', message: error.message });
    });
    child.once(event, (code: number | null, signal: NodeJS.Signals | null) => {
      if (code !== null) resolve({ kind: 'exited', code });
      else if (signal !== null) resolve({ kind: 'signalled', signal });
    });
  });
}
