import { existsSync } from 'node:fs';
import { shellWord } from '../../reporting/shell-word.ts';
import type { CommandContext } from '../command-context.ts';
import { findTask, tellNothingToShow, type TaskArgument } from '../find-task.ts';
import { runInFront } from '../run-in-front.ts';

/** `flotilla open <issue> <task>`: a task's workspace, in `$EDITOR` or a shell. */
export async function open(argument: TaskArgument, context: CommandContext): Promise<number> {
  const { task } = await findTask(argument, context);
  const path = task.workspace?.path ?? '';
  if (!existsSync(path)) {
    const branch = task.workspace?.branch ?? null;
    const where =
      branch === null || task.pushedHead === null
        ? ''
        : ` Its work is in git log ${shellWord(`flotilla/${branch}`)}`;
    return tellNothingToShow(context, `Task ${task.ordinal} has no workspace now.${where}`);
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
