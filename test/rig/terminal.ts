import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { shellWord } from '../../src/reporting/shell-word.ts';
import type { World } from './world.ts';

const program = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** Whether this machine has the `script` of util-linux, which gives a program a terminal. */
export const hasTerminals = spawnSync('script', ['--version'], {
  encoding: 'utf8',
}).stdout?.includes('util-linux');

/** The real program in a terminal of its own. */
export type InTerminal = {
  /** Types a line. */
  readonly type: (keys: string) => void;
  /** Resolves when the terminal shows this; rejects when the program ends without. */
  readonly shows: (text: string) => Promise<void>;
  readonly ended: Promise<{ readonly code: number | null; readonly screen: string }>;
};

/** Starts Flotilla in the world's repository, in a terminal of 100 columns. */
export function startInTerminal(world: World, ...args: readonly string[]): InTerminal {
  const words = [process.execPath, program, ...args].map(shellWord).join(' ');
  const command = `stty cols 100 rows 40; exec ${words}`;
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd: world.repository,
    env: { ...world.env, TERM: 'xterm', SHELL: '/bin/sh' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let screen = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (screen += chunk));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, screen }));
  return {
    type: (keys) => void child.stdin.write(keys),
    shows: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (screen.includes(text)) resolve();
        };
        child.stdout.on('data', look);
        child.once('close', () => {
          look();
          reject(new Error(`It ended without showing ${text}:\n${screen}`));
        });
        look();
      }),
    ended,
  };
}
