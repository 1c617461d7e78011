import { skipTask } from '../../app/steer/skip-task.ts';
import { exitCodes } from '../../model/state/run-status.ts';
import { plainBlock } from '../../model/text/plain-text.ts';
import { takeUpCommand } from '../../reporting/ending/retry-command.ts';
import { asTypedHere } from '../as-typed-here.ts';
import type { CommandContext } from '../command-context.ts';

/** `flotilla skip <issue> <task>`: leaves a task that has not begun out of its run. */
export async function skip(
  params: { readonly issue: string; readonly task: number },
  context: CommandContext,
): Promise<number> {
  const { state, what } = await skipTask(params, context);
  const { task } = params;
  if (what === 'asked') {
    context.stderr.write(
      `Task ${task} of ${state.run} is not skipped yet. Process ${state.orchestrator.pid} works on the run and has been asked.\n` +
        'Look again with flotilla status, or run the same command again.\n',
    );
    return exitCodes.other;
  }
  const how = what === 'now' ? 'is skipped' : 'was skipped before';
  const command = takeUpCommand(asTypedHere(state), [task]);
  context.stdout.write(
    `${plainBlock(`Task ${task} of ${state.run} ${how}. To take it up again:\n    ${command}`)}\n`,
  );
  return exitCodes.succeeded;
}
