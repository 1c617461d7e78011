import { existsSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { shellWord } from '../../reporting/shell-word.ts';
import type { TaskState } from '../../model/state/task-state.ts';
import { findTask, type TaskArgument } from '../../app/place/find-task.ts';
import type { CommandContext } from '../command-context.ts';
import { tellNothingToShow } from '../nothing-to-show.ts';

const warning =
  'An agent wrote all of this, .git included. Hooks and the file monitor of git are off here; filters and the like that .git/config names are not.\n';

/** What git would run by itself, at any prompt that shows its state. */
const harmlessGit = {
  GIT_CONFIG_COUNT: '2',
  GIT_CONFIG_KEY_0: 'core.fsmonitor',
  GIT_CONFIG_VALUE_0: 'false',
  GIT_CONFIG_KEY_1: 'core.hooksPath',
  GIT_CONFIG_VALUE_1: '/dev/null',
};

function goneWords({ ordinal, workspace, pushedHead, pullRequest }: TaskState): string {
  if (workspace === null) return `Task ${ordinal} has not begun: it has no workspace yet.`;
  const { branch } = workspace;
  if (pushedHead === null)
    return `Task ${ordinal} no longer has a workspace. Its branch, ${branch}, was never pushed.`;
  const merged = pullRequest?.state === 'merged' ? `, merged as #${pullRequest.number}` : '';
  return `Task ${ordinal} no longer has a workspace. Its branch is ${branch}${merged}; look at it with:
    git log ${shellWord(`flotilla/${branch}`)}`;
}

/** `flotilla open <issue> <task>`: a task's workspace, in `$EDITOR` or a shell. */
export async function open(argument: TaskArgument, context: CommandContext): Promise<number> {
  const { task } = await findTask(argument, context);
  const path = task.workspace?.path ?? '';
  if (!existsSync(path)) {
    return tellNothingToShow(context, goneWords(task));
  }
  context.stdout.write(`${path}\n`);
  if (!context.stdout.isTTY) return 0;
  context.stderr.write(warning);
  const editor = context.env['VISUAL'] ?? context.env['EDITOR'];
  // An editor's variable may hold arguments; it is the user's own, and the path comes as a word of its own.
  const argv =
    editor === undefined
      ? [context.env['SHELL'] ?? '/bin/sh']
      : ['/bin/sh', '-c', `exec ${editor} "$@"`, 'editor', path];
  return runInFront(argv, path, { ...context, env: { ...context.env, ...harmlessGit } });
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
