import { execFileSync } from 'node:child_process';

/** Calls git in one folder; gives what it printed, without white space around it, and throws when it fails. */
export type GitIn = (...args: readonly string[]) => string;

/** Git in a folder; with an environment that is not ours, in that. */
export function gitIn(cwd: string, env: NodeJS.ProcessEnv = process.env): GitIn {
  return (...args) =>
    execFileSync('git', args, {
      cwd,
      env,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
}

/** Whether git succeeds at something. */
export function succeeds(git: GitIn, ...args: readonly string[]): boolean {
  try {
    git(...args);
    return true;
  } catch {
    return false;
  }
}
