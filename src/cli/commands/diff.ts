import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { TaskState } from '../../model/run-state.ts';
import { exitCodes } from '../../model/run-status.ts';
import { UserError } from '../../model/user-error.ts';
import type { CommandContext } from '../command-context.ts';
import { findPlace, findRun, type Place } from '../open-repository.ts';

export type TaskArgument = { readonly issue: string; readonly task: number };

/** `flotilla diff <issue> <task>`: what a task's branch changes, in the user's own pager; before it is pushed, in its workspace. */
export async function diff(argument: TaskArgument, context: CommandContext): Promise<number> {
  const { place, task } = await findTask(argument, context);
  const { workspace } = task;
  if (workspace === null)
    return tell(context, `Task ${task.ordinal} has not begun: there is nothing to show.`);
  const isPublished = task.pushedHead !== null;
  if (!isPublished && !existsSync(workspace.path))
    return tell(
      context,
      `Task ${task.ordinal} has no workspace any more, and nothing of it was pushed.`,
    );
  const directory = isPublished ? place.repository.root : workspace.path;
  const range = isPublished
    ? [workspace.baseSha, `refs/remotes/flotilla/${workspace.branch}`]
    : [workspace.baseSha];
  return runInFront(['git', 'diff', ...range], directory, context);
}

/** `flotilla open <issue> <task>`: a task's workspace, in `$EDITOR` or a shell. */
export async function open(argument: TaskArgument, context: CommandContext): Promise<number> {
  const { task } = await findTask(argument, context);
  const path = task.workspace?.path ?? '';
  if (!existsSync(path)) {
    const branch = task.workspace?.branch ?? null;
    const where =
      branch === null || task.pushedHead === null
        ? ''
        : ` Its work is in git log flotilla/${branch}`;
    return tell(context, `Task ${task.ordinal} has no workspace now.${where}`);
  }
  context.stdout.write(`${path}\n`);
  if (!context.stdout.isTTY) return 0;
  const editor = context.env['VISUAL'] ?? context.env['EDITOR'];
  // An editor's variable may hold arguments; it is the user's own, and the path comes as a word of its own.
  const argv =
    editor === undefined
      ? [context.env['SHELL'] ?? '/bin/sh']
      : ['/bin/sh', '-c', `exec ${editor} "$@"`, 'editor', path];
  return runInFront(argv, path, context);
}

async function findTask(
  { issue, task }: TaskArgument,
  context: CommandContext,
): Promise<{ place: Place; task: TaskState }> {
  const place = await findPlace(context.directory, context.env);
  const { journal, state } = await findRun(place, issue);
  journal.close();
  const found = state.tasks.find(({ ordinal }) => ordinal === task);
  if (found !== undefined) return { place, task: found };
  const known = state.tasks.map(({ ordinal }) => ordinal);
  throw new UserError({ code: 'no-such-task-in-run', ordinals: [task], known });
}

/** Says why there is nothing to show: not where a script looks for what it asked for. */
function tell(context: CommandContext, line: string): number {
  context.stderr.write(`${line}\n`);
  return exitCodes.other;
}

/** Runs a program of the user's with the terminal; gives its exit code. */
async function runInFront(
  [program, ...args]: readonly string[],
  cwd: string,
  { env }: CommandContext,
): Promise<number> {
  const child = spawn(program ?? '', args, { cwd, env, stdio: 'inherit' });
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
}
