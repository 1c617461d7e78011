import { CommanderError } from '@commander-js/extra-typings';
import { exitCodes } from '../../model/state/run-status.ts';
import type { CommandContext } from '../command-context.ts';
import { tellError } from '../tell-error.ts';
import { buildProgram } from './build-program.ts';

/** The program's arguments in, its exit code out. Commands are loaded when they are called. */
export async function runProgram(
  argv: readonly string[],
  context: CommandContext,
): Promise<number> {
  let exitCode = 0;
  const run = (command: Promise<number>): Promise<void> =>
    command.then((code) => {
      exitCode = code;
    });
  try {
    await buildProgram(context, run).parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
    return tellError(error, context);
  }
}
