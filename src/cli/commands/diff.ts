import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { StringDecoder } from 'node:string_decoder';
import { pipeline } from 'node:stream/promises';
import { Transform } from 'node:stream';
import { openTemporaryFolder } from '../../files/temporary-folder.ts';
import { ForeignGitError, type Git } from '../../git/git.ts';
import { openMergeRepository } from '../../git/merge-repository.ts';
import type { TaskState, WorkspaceState } from '../../model/state/task-state.ts';
import { snapshotWorkspace } from '../../workspace/salvage/snapshot-workspace.ts';
import { findConfinement } from '../../app/place/find-confinement.ts';
import { findTask, type TaskArgument } from '../../app/place/find-task.ts';
import { openVisibleDiff } from '../../reporting/visible-diff.ts';
import type { CommandContext } from '../command-context.ts';
import { tellNothingToShow } from '../nothing-to-show.ts';

/**
 * `flotilla diff <issue> <task>`: what a task's branch changes, in the user's own pager; before it is pushed, in its
 * workspace. Control characters are shown as symbols.
 */
export async function diff(argument: TaskArgument, context: CommandContext): Promise<number> {
  const { place, task } = await findTask(argument, context);
  const { workspace } = task;
  if (workspace === null)
    return tellNothingToShow(
      context,
      `Task ${task.ordinal} has not begun: there is nothing to show.`,
    );
  if (task.pushedHead !== null) {
    const range = [workspace.baseSha, `refs/remotes/flotilla/${workspace.branch}`];
    return tellWhenEmpty(await showDiff(range, place.repository.root, context), task, context);
  }
  if (!existsSync(workspace.path))
    return tellNothingToShow(
      context,
      `Task ${task.ordinal} no longer has a workspace, and none of its work was pushed.`,
    );
  const clone = place.repository.git.at(place.state.clone);
  return diffWorkspace({ workspace, clone, task }, context);
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

/** A larger file is named by git as binary, and nobody reads it. */
const mostBytes = 100 * 1024 * 1024;

/**
 * Shows a workspace as it is now. Git in front of the user runs in a repository of ours, on objects of ours: what the
 * agent's configuration names never runs.
 */
async function diffWorkspace(
  params: { readonly workspace: WorkspaceState; readonly clone: Git; readonly task: TaskState },
  context: CommandContext,
): Promise<number> {
  const { workspace, clone } = params;
  await using folder = await openTemporaryFolder('flotilla-diff-');
  await using repository = await openMergeRepository({
    directory: join(folder.path, 'diff.git'),
    from: clone,
  });
  try {
    const { tree } = await snapshotWorkspace({
      confinement: await findConfinement(context.env, clone.directory),
      ...{ workspace: workspace.path, repository: repository.directory, mostBytes },
      ...{ index: join(repository.directory, 'index'), ground: workspace.baseSha },
    });
    const shown = await showDiff([workspace.baseSha, tree], repository.directory, context);
    return tellWhenEmpty(shown, params.task, context);
  } catch (error) {
    if (!(error instanceof ForeignGitError)) throw error;
    const what = `The workspace of task ${params.task.ordinal} cannot be read: ${error.message}`;
    return tellNothingToShow(context, what);
  }
}

/** Shows what `git diff` says of a range, in the user's own pager on a terminal; gives git's exit code, and whether there was anything to show. */
async function showDiff(
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
