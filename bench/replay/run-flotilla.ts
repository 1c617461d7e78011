import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { JournalEvent } from '../../src/model/event/event.ts';
import { agentCommand } from './base-branches.ts';
import type { ReplayUser } from './replay-user.ts';
import { readFigures, type RunFigures } from './run-figures.ts';

export type FlotillaParams = {
  readonly program: string;
  readonly user: ReplayUser;
  readonly issue: string;
  readonly stack: 'auto' | 'never';
  readonly atOnce: number;
  /** More flags of `flotilla orchestrate`. */
  readonly more: readonly string[];
  /** When it is ended as one that hangs. */
  readonly limitSeconds: number;
};

export type FlotillaRun = {
  readonly figures: RunFigures;
  readonly events: readonly JournalEvent[];
};

/** One run from an issue to a merged base. Its events are left in `events.jsonl`, what it says in `errors.log`. */
export async function runFlotilla(params: FlotillaParams): Promise<FlotillaRun> {
  const { program, user, issue, stack, atOnce, more } = params;
  writeFileSync(join(user.root, 'issue.md'), issue);
  const [out, log] = [join(user.root, 'events.jsonl'), join(user.root, 'errors.log')];
  const options = ['--json', '--yes', '--force', '--sandbox', 'off'];
  // The history's own setup and checks would measure its tools.
  options.push('--setup', 'true', '--check', 'true');
  options.push('--merge', 'verified', '--stack', stack, '--max-workers', String(atOnce));
  options.push('--agent', `command:${agentCommand(user)}`);
  options.push(...more);
  const begun = Date.now();
  const child = spawn(process.execPath, [program, 'orchestrate', '../issue.md', ...options], {
    cwd: user.repository,
    env: user.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.pipe(createWriteStream(out));
  child.stderr.pipe(createWriteStream(log));
  const limit = new AbortController();
  const closed = once(child, 'close').then(([code]) => code as number | null);
  const end = await Promise.race([closed, hang(params.limitSeconds, limit.signal)]);
  if (end === 'hangs') await endRun(child.pid ?? 0, closed);
  limit.abort();
  const ended = Date.now();
  const events = readEvents(out);
  const problem = problemOf(end, events, readFileSync(log, 'utf8'));
  return { figures: readFigures(events, { begun, ended, problem }), events };
}

async function hang(seconds: number, signal: AbortSignal): Promise<'hangs'> {
  await delay(seconds * 1_000, undefined, { signal }).catch(() => undefined);
  return 'hangs';
}

/** `SIGTERM` ends the agents, too; what does not obey in time is killed. */
async function endRun(pid: number, closed: Promise<unknown>): Promise<void> {
  process.kill(pid, 'SIGTERM');
  const patience = new AbortController();
  await Promise.race([closed, hang(20, patience.signal)]);
  patience.abort();
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
  await closed;
}

/** The exit codes 0, 1 and 2 say how many tasks came through; all others that something is wrong. */
function problemOf(
  end: number | null | 'hangs',
  events: readonly JournalEvent[],
  errors: string,
): string | null {
  if (end === 'hangs') return 'it was ended, since it did not come to an end';
  const bug = events.find((event) => event.type === 'unexpected');
  if (bug !== undefined) return `a bug: ${bug.message}`;
  if (end !== null && end <= 2 && events.length > 0) return null;
  return `it ended with ${end}: ${errors.trim().slice(-400)}`;
}

/** A run that was killed may have left half a line. */
function readEvents(path: string): JournalEvent[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) =>
      line.startsWith('{') && line.endsWith('}') ? [JSON.parse(line) as JournalEvent] : [],
    );
}
