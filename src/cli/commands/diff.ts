import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { StringDecoder } from 'node:string_decoder';
import { pipeline } from 'node:stream/promises';
import { Transform } from 'node:stream';
import type { TaskState } from '../../model/state/task-state.ts';
import type { TaskArgument } from '../../app/place/find-task.ts';
import { diffArguments, withTaskDiff, type DiffRange } from '../../app/place/task-diff.ts';
import { openVisibleDiff } from '../../reporting/visible-diff.ts';
import type { CommandContext } from '../command-context.ts';
import { tellNothingToShow } from '../nothing-to-show.ts';

/**
 * `flotilla diff <issue> <task>`: what a task's branch changes, in the user's own pager; before it is pushed, in its
 * workspace. Control characters are shown as symbols.
 */
export async function diff(argument: TaskArgument, context: CommandContext): Promise<number> {
  const found = await withTaskDiff(argument, context, async (range) =>
    tellWhenEmpty(await showDiff(range, context), range.task, context),
  );
  return 'why' in found ? tellNothingToShow(context, found.why) : found.shown;
}

/** An empty answer would look like a failure: the reason goes to standard error, apart from what a script reads. */
function tellWhenEmpty(
  { code, isEmpty }: Awaited<ReturnType<typeof showDiff>>,
  { ordinal, status }: TaskState,
  { stderr }: CommandContext,
): number {
  const yet = status === 'running' ? ' yet' : '';
  if (isEmpty && code === 0) stderr.write(`Task ${ordinal} has changed nothing${yet}.\n`);
  return code;
}

/** Shows what `git diff` says of a range, in the user's own pager on a terminal; gives git's exit code, and whether there was anything to show. */
async function showDiff(
  range: DiffRange,
  context: CommandContext,
): Promise<{ readonly code: number; readonly isEmpty: boolean }> {
  const { env, stdout } = context;
  const { directory } = range;
  const git = spawn('git', diffArguments(range), {
    cwd: directory,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
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
  const lines = openVisibleDiff(isColour);
  const decoder = new StringDecoder('utf8');
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => done(null, lines.push(decoder.write(chunk))),
    flush: (done) => done(null, lines.push(decoder.end()) + lines.flush()),
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
