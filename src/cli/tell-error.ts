import { plainBlock } from '../model/text/plain-text.ts';
import { exitCodes } from '../model/state/run-status.ts';
import { UserError } from '../model/user-error.ts';
import { fullDiskError } from '../app/run/full-disk.ts';
import type { CommandContext } from './command-context.ts';

/** Reports what ended the program, and gives its exit code: a user's problem with what to do, a bug with all its data. */
export async function tellError(error: unknown, { stderr }: CommandContext): Promise<number> {
  const known = error instanceof UserError ? error : fullDiskError(error);
  if (known === null) {
    stderr.write(`${plainBlock(error instanceof Error ? (error.stack ?? '') : String(error))}\n`);
    stderr.write(
      "This is a bug in Flotilla. The agents' work is kept; run the same command again to continue.\n",
    );
    return exitCodes.other;
  }
  const { renderProblem } = await import('./render-problem.ts');
  const advice = renderProblem(known.problem);
  stderr.write(`${plainBlock([advice.message, ...advice.next].join('\n'))}\n`);
  return advice.exitCode;
}
