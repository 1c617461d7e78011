import { exitCodes } from '../model/state/run-status.ts';
import type { CommandContext } from './command-context.ts';

/** Says why there is nothing to show, on standard error, where a script does not look for its answer; gives the exit code. */
export function tellNothingToShow({ stderr }: CommandContext, line: string): number {
  stderr.write(`${line}\n`);
  return exitCodes.other;
}
