import { continuationOf } from '../../app/continuation.ts';
import type { OrchestrateOptions } from '../../app/settings/given-flags.ts';
import type { CommandContext } from '../command-context.ts';
import { orchestrate } from './orchestrate.ts';

/** `flotilla resume [issue]`: continues a run as it was started; the newest one when no issue is named. */
export async function resume(
  argument: string | undefined,
  options: OrchestrateOptions,
  context: CommandContext,
): Promise<number> {
  const again = await continuationOf(argument, options, context);
  return orchestrate(again.argument, again.options, context);
}
