import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a program took from its start to its end. `cpuMs` is that of it and all its children. */
export type Usage = { readonly ms: number; readonly cpuMs: number; readonly mb: number };

export type TimedCall = {
  /** Arguments for node. */
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Where the report of `time` goes, which tells what children used; Node does not. */
  readonly home: string;
};

/** Runs a program of Node's to its end. Throws when it says nothing. */
export function timeProgram({ argv, cwd, env, home }: TimedCall): Usage & { stdout: string } {
  const report = join(home, 'time');
  const command = ['-f', '%U %S %M', '-o', report, process.execPath, ...argv];
  const startedAt = performance.now();
  const { stdout, stderr } = spawnSync('time', command, {
    cwd,
    env,
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  const ms = performance.now() - startedAt;
  if (stdout === '') throw new Error(stderr);
  const used = readFileSync(report, 'utf8').trim().split('\n').at(-1) ?? '';
  const [user = 0, system = 0, kb = 0] = used.split(' ').map(Number);
  return { stdout, ms, cpuMs: (user + system) * 1_000, mb: kb / 1_024 };
}
