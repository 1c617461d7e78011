import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readUsage, type ProcessUsage } from './process-usage.ts';

/** A Node program that is measured while it runs. */
export type WatchedProcess = {
  readonly pid: number;
  readonly ended: Promise<WatchedEnd>;
};

export type WatchedEnd = {
  readonly code: number | null;
  readonly output: string;
  readonly seconds: number;
  /** Milliseconds since 1970 when it ended. */
  readonly endedAt: number;
  /** As last seen, at most a sampling interval before its end. */
  readonly usage: ProcessUsage;
};

export type WatchedParams = {
  /** The arguments of Node. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
};

const sampleMs = 40;

/** Starts a Node program and looks at it until its end. */
export function startWatched({ args, cwd, env }: WatchedParams): WatchedProcess {
  const begun = performance.now();
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const pid = child.pid ?? 0;
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  let usage: ProcessUsage = { cpuSeconds: 0, childrenCpuSeconds: 0, peakMb: 0, nowMb: 0 };
  const timer = setInterval(() => (usage = readUsage(pid) ?? usage), sampleMs);
  const exited = once(child, 'exit').then(([code]) => ({
    code: code as number | null,
    seconds: (performance.now() - begun) / 1_000,
    endedAt: Date.now(),
  }));
  const closed = once(child, 'close');
  const ended = exited.then(async (end) => {
    clearInterval(timer);
    await closed;
    return { ...end, output, usage };
  });
  return { pid, ended };
}
