import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CheckResult } from '../model/failure/failure.ts';
import type { WarningReading } from '../model/measurement.ts';
import { withoutSequences } from '../model/text/without-sequences.ts';
import { maskFileAt } from '../process/mask-file.ts';
import { runCommand, type ProcessEnd } from '../process/run-command.ts';
import { readWarnings } from './read-warnings.ts';

export type CheckParams = {
  readonly name: string;
  /** As people know it. */
  readonly command: string;
  /** What is run for it: a shell with the command, in a sandbox where there is one. */
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly timeLimitSeconds: number;
  /** The file that gets the whole output. */
  readonly log: string;
  /** Unique to this check: whatever it leaves running is ended by it. */
  readonly marker: string;
  readonly signal: AbortSignal;
  /** What is masked in its output, in all forms. */
  readonly secrets?: readonly string[] | undefined;
};

const excerptCharacters = 4_000;

/** Runs one check (or the setup) in a workspace: `CI=1`, nothing on standard input, its whole tree ended with it. */
export async function runCheck(params: CheckParams): Promise<CheckResult> {
  await mkdir(dirname(params.log), { recursive: true, mode: 0o700 });
  await rm(params.log, { force: true });
  // Appended to, so that it can be emptied under its writer.
  const output = await open(params.log, 'a+', 0o600);
  const guard = setInterval(() => void emptyWhenTooLong(output), 1_000);
  try {
    const { end, durationMs } = await runCommand({
      argv: params.argv,
      cwd: params.cwd,
      env: { ...params.env, CI: '1' },
      output,
      timeLimitMs: params.timeLimitSeconds * 1_000,
      treeMarker: params.marker,
      signal: params.signal,
    });
    // In the log itself, and before anything reads it.
    await maskFileAt(params.log, params.secrets ?? []);
    const excerpt = await readEnd(output, excerptCharacters * 4);
    const warnings = await warningsIn(output, params);
    return {
      name: params.name,
      command: params.command,
      ...stateOf(end),
      durationMs,
      log: params.log,
      excerpt: withoutSequences(excerpt).trimEnd().slice(-excerptCharacters),
      ...(warnings.length === 0 ? {} : { warnings }),
    };
  } finally {
    clearInterval(guard);
    await output.close();
  }
}

async function readEnd(log: FileHandle, mostBytes: number): Promise<string> {
  const { size } = await log.stat();
  const length = Math.min(size, mostBytes);
  const { buffer } = await log.read(Buffer.alloc(length), 0, length, size - length);
  return buffer.toString('utf8');
}

/** The part of a longer output that is not read may have warnings. */
const mostReadBytes = 4 * 1024 * 1024;

async function warningsIn(
  log: FileHandle,
  { command, cwd }: CheckParams,
): Promise<readonly WarningReading[]> {
  const { size } = await log.stat();
  if (size > mostReadBytes) return [];
  return readWarnings(command, withoutSequences(await readEnd(log, mostReadBytes)), cwd);
}

/** A check that floods its output fills no disk: what matters stands at its end. */
const logCapBytes = 100 * 1024 * 1024;

async function emptyWhenTooLong(log: FileHandle): Promise<void> {
  const size = await log.stat().then(
    (found) => found.size,
    () => 0,
  );
  if (size > logCapBytes) await log.truncate(0).catch(() => undefined);
}

function stateOf(end: ProcessEnd): Pick<CheckResult, 'state' | 'exitCode'> {
  switch (end.kind) {
    case 'exited':
      return { state: end.code === 0 ? 'passed' : 'failed', exitCode: end.code };
    case 'signalled':
      return { state: 'failed', exitCode: null };
    case 'not-started':
      return { state: 'not-started', exitCode: null };
    case 'stopped':
      return { state: end.why === 'timed-out' ? 'timed-out' : 'failed', exitCode: null };
  }
}
