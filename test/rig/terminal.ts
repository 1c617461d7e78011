import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { shellWord } from '../../src/reporting/shell-word.ts';
import type { World } from './world.ts';

const program = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** Whether this machine has the `script` of util-linux, which gives a program a terminal. */
export const hasTerminals = spawnSync('script', ['--version'], {
  encoding: 'utf8',
}).stdout?.includes('util-linux');

/** The real program in a terminal of its own. */
export type InTerminal = {
  /** Types a line, or keys. */
  readonly type: (keys: string) => void;
  /** Resolves when the terminal shows this, in any colours; rejects when the program ends without. */
  readonly shows: (text: string) => Promise<void>;
  /** The same for what comes from now on. */
  readonly showsNext: (text: string) => Promise<void>;
  /** The same for what it has shown since keys were typed last, as it was written. */
  readonly answers: (text: string) => Promise<void>;
  /** All that it has shown until now. */
  readonly screenNow: () => string;
  /** Closes the window. */
  readonly close: () => void;
  readonly resize: (columns: number, rows: number) => void;
  readonly signal: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<TerminalEnd>;
};

export type TerminalEnd = {
  /** As a shell says it: 128 and the number of a signal that ended it. */
  readonly code: number | null;
  readonly screen: string;
  /** What the terminal does with keys afterwards, in the words of `stty -a`. */
  readonly settings: string;
};

export type TerminalParams = {
  readonly args: readonly string[];
  readonly columns?: number;
  readonly rows?: number;
  /** What the program reads; the terminal when left out. */
  readonly stdin?: string;
  readonly env?: NodeJS.ProcessEnv;
};

/** Starts Flotilla in the world's repository, in a terminal of 100 columns. */
export function startInTerminal(world: World, ...args: readonly string[]): InTerminal {
  return openTerminal(world, { args });
}

/** Starts Flotilla in the world's repository, in a terminal that is looked at when it has ended. */
export function openTerminal(
  world: World,
  { args, columns = 100, rows = 40, stdin, env = {} }: TerminalParams,
): InTerminal {
  const place = mkdtempSync(join(world.root, 'terminal-'));
  const [tty, pid, after] = ['tty', 'pid', 'after'].map((name) => join(place, name)) as [
    string,
    string,
    string,
  ];
  const words = [process.execPath, program, ...args].map(shellWord).join(' ');
  const input = stdin === undefined ? '' : ` <${shellWord(stdin)}`;
  const command = [
    `stty cols ${columns} rows ${rows}; tty >${tty}`,
    // What ends the program must not end the shell that looks at the terminal after it.
    `trap : HUP INT QUIT TERM`,
    `sh -c 'echo $$ >${pid}; exec "$@"' sh ${words}${input}`,
    `code=$?; stty -a >${after}; exit "$code"`,
  ].join('\n');
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd: world.repository,
    env: { ...world.env, TERM: 'xterm', SHELL: '/bin/sh', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let screen = '';
  child.stdin.on('error', () => undefined);
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    screen += chunk;
    // A program that asks what the terminal is takes no keys before it has an answer.
    for (const _ of chunk.split('\u001B[c').slice(1)) child.stdin.write('\u001B[?62;22c');
  });
  const ended = once(child, 'close').then(([code]) => ({
    code: code as number | null,
    screen,
    settings: existsSync(after) ? readFileSync(after, 'utf8') : '',
  }));
  const isShown = (text: string, from: number): boolean =>
    stripVTControlCharacters(screen.slice(from)).includes(text);
  const isWritten = (text: string, from: number): boolean => screen.includes(text, from);
  const seen = async (text: string, from: number, isThere = isShown): Promise<void> => {
    while (!isThere(text, from)) {
      const more = new AbortController();
      const hasEnded = await Promise.race([
        once(child.stdout, 'data', more).then(() => false),
        ended.then(() => true),
      ]);
      more.abort();
      if (hasEnded && !isThere(text, from))
        throw new Error(`It ended without showing ${text}:\n${screen}`);
    }
  };
  let typedAt = 0;
  return {
    type: (keys) => {
      typedAt = screen.length;
      child.stdin.write(keys);
    },
    answers: (text) => seen(text, typedAt, isWritten),
    screenNow: () => screen,
    close: () => void child.kill('SIGKILL'),
    shows: (text) => seen(text, 0),
    showsNext: (text) => seen(text, screen.length),
    resize: (width, height) => {
      const device = readFileSync(tty, 'utf8').trim();
      execFileSync('stty', ['-F', device, 'cols', String(width), 'rows', String(height)]);
    },
    signal: (signal) => void process.kill(Number(readFileSync(pid, 'utf8')), signal),
    ended,
  };
}
