import { addressIssue, type AddressOptions } from '../../app/address-issue.ts';
import { exitCodes } from '../../model/state/run-status.ts';
import { isAddressed, renderAddressed } from '../../reporting/ending/address-report.ts';
import { runtimePaths } from '../../reporting/files/runtime-paths.ts';
import type { CommandContext } from '../command-context.ts';
import { forUser } from '../terminal-user.ts';

/** `flotilla address <issue> [task…]`: gives open pull requests back to their agents. */
export async function address(
  params: {
    readonly issue: string;
    readonly tasks: readonly number[];
    readonly options: AddressOptions;
  },
  context: CommandContext,
): Promise<number> {
  const { json } = params.options;
  const { state, place, ordinals } = await addressIssue(params, forUser(context, params.options));
  if (ordinals.length === 0) {
    if (!json)
      context.stdout.write(
        'Nothing to address: no review asks for changes, and no check is red.\n',
      );
    return exitCodes.succeeded;
  }
  const tasks = state.tasks.filter(({ ordinal }) => ordinals.includes(ordinal));
  if (!json) {
    const { summary } = runtimePaths(place.repository.root, state);
    context.stdout.write(`\n${renderAddressed(tasks, summary)}`);
  }
  const done = tasks.filter(isAddressed).length;
  if (done === tasks.length) return exitCodes.succeeded;
  // A return that came to nothing is over; one that is still open was stopped, or waits for the forge.
  if (tasks.some(({ feedback }) => feedback.returned !== null))
    return state.drain === 'none' ? exitCodes.forge : exitCodes.interrupted;
  return done === 0 ? exitCodes.failed : exitCodes.partial;
}
