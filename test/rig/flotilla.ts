import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configurationPath } from '../../src/app/settings/configuration.ts';
import type { JournalEvent } from '../../src/model/event/event.ts';

const program = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** How the real program ended, with all that it said. */
export type Ended = {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output as events, for `orchestrate --json`. */
  readonly events: () => JournalEvent[];
};

/** The real program, while it runs. */
export type Running = {
  readonly pid: number;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** What it has written to standard output until now. */
  readonly soFar: () => string;
  /** Resolves when it has printed this; rejects when it ends without. */
  readonly printed: (text: string) => Promise<void>;
  readonly ended: Promise<Ended>;
  /** Waits for an event of the test's; rejects when the program ends before it. */
  readonly until: (event: Promise<void>) => Promise<void>;
};

export type StartParams = {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Whether the user trusts the repository's configuration, which the test wrote; true unless the test is about that. */
  readonly isTrusting?: boolean;
};

/** Starts Flotilla as users do: as a process, from its command line. */
export function startFlotilla({ args, cwd, env, isTrusting = true }: StartParams): Running {
  const trust = isTrusting ? trustOf(args, cwd) : [];
  const child = spawn(process.execPath, [program, ...args, ...trust], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const ended = once(child, 'close').then(([code]) => ({
    code: code as number | null,
    stdout,
    stderr,
    events: () => parseEvents(stdout, stderr),
  }));
  const printed = (wanted: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (`${stdout}${stderr}`.includes(wanted)) resolve();
      };
      child.stdout.on('data', look);
      child.stderr.on('data', look);
      child.once('close', () => {
        look();
        reject(new Error(`It ended without printing ${wanted}:\n${stdout}\n${stderr}`));
      });
      look();
    });
  const tooEarly = ended.then(() => {
    throw new Error(`It ended before what the test waits for:\n${stdout}\n${stderr}`);
  });
  tooEarly.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    signal: (signal) => void child.kill(signal),
    soFar: () => stdout,
    printed,
    ended,
    until: (event) => Promise.race([event, tooEarly]),
  };
}

const obeying = [
  'orchestrate',
  'run',
  'parallel-orchestrate',
  'resume',
  'merge',
  'address',
  'notify',
];

/** `--trust`, for a command that obeys the configuration of a repository that has one. */
function trustOf([command = '']: readonly string[], cwd: string): readonly string[] {
  const hasConfiguration = existsSync(join(cwd, configurationPath));
  return hasConfiguration && obeying.includes(command) ? ['--trust'] : [];
}

function parseEvents(stdout: string, stderr: string): JournalEvent[] {
  const lines = stdout.split('\n').filter((line) => line !== '');
  if (lines.length === 0) throw new Error(`It printed no events: ${stderr}`);
  return lines.map((line) => JSON.parse(line) as JournalEvent);
}
