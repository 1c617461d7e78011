import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { StringDecoder } from 'node:string_decoder';
import { pipeline } from 'node:stream/promises';
import { Transform } from 'node:stream';
import { openVisibleDiff } from '../reporting/visible-diff.ts';
import type { CommandContext } from './command-context.ts';

/** Shows what `git diff` says of a range, in the user's own pager on a terminal; gives git's exit code, and whether there was anything to show. */
export async function showDiff(
  range: readonly string[],
  directory: string,
  context: CommandContext,
): Promise<{ readonly code: number; readonly isEmpty: boolean }> {
  const { env, stdout } = context;
  // Neither a program that the agent's configuration names, nor colours: those are ours to give.
  const flags = ['--no-color', '--no-ext-diff', '--no-textconv', '--ignore-submodules=dirty'];
  const args = ['--no-replace-objects', 'diff', ...flags, ...range];
  const git = spawn('git', args, { cwd: directory, env, stdio: ['ignore', 'pipe', 'inherit'] });
  let isEmpty = true;
  git.stdout.once('data', () => (isEmpty = false));
  const exited = once(git, 'close') as Promise<[number | null]>;
  const isColour = stdout.isTTY && !env['NO_COLOR'];
  const pager = stdout.isTTY ? await startPager(directory, context) : null;
  const shown = visible(isColour);
  try {
    if (pager?.stdin) await pipeline(git.stdout, shown, pager.stdin);
    else await pipeline(git.stdout, shown, stdout, { end: false });
  } catch (error) {
    // A user who has seen enough leaves the pager.
    if (!isLeaving(error)) throw error;
    git.kill();
  }
  if (pager !== null) await once(pager, 'close');
  const [code] = await exited;
  return { code: code ?? 0, isEmpty };
}

function visible(isColour: boolean): Transform {
  const diff = openVisibleDiff(isColour);
  const decoder = new StringDecoder('utf8');
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => done(null, diff.push(decoder.write(chunk))),
    flush: (done) => done(null, diff.push(decoder.end()) + diff.flush()),
  });
}

/** The pager that git would take, as git starts it; null if there is none. */
async function startPager(
  directory: string,
  { env }: CommandContext,
): Promise<ChildProcess | null> {
  const asked = spawn('git', ['var', 'GIT_PAGER'], {
    ...{ cwd: directory, env, stdio: ['ignore', 'pipe', 'ignore'] },
  });
  let pager = '';
  asked.stdout?.setEncoding('utf8').on('data', (text: string) => (pager += text));
  await once(asked, 'close');
  pager = pager.trim();
  if (pager === '' || pager === 'cat') return null;
  const started = spawn('/bin/sh', ['-c', pager], {
    cwd: directory,
    env: { LESS: 'FRX', LV: '-c', ...env },
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  await once(started, 'spawn');
  return started;
}

function isLeaving(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE';
}
