import { undoIssue, type UndoOptions, type UndoOutcome } from '../../app/undo-issue.ts';
import { exitCodes } from '../../model/state/run-status.ts';
import { plainBlock, plainJson } from '../../model/text/plain-text.ts';
import { undoReport, renderUndoReport } from '../../reporting/ending/undo-report.ts';
import type { CommandContext } from '../command-context.ts';
import { forUser } from '../terminal-user.ts';

/** `flotilla undo <issue> [task…]`: opens the pull request that takes back what a run merged. */
export async function undo(
  params: { readonly issue: string; readonly tasks: readonly number[] },
  options: UndoOptions,
  context: CommandContext,
): Promise<number> {
  const outcome: UndoOutcome = await undoIssue({
    ...{ ...params, options },
    context: forUser(context, options),
  });
  if (outcome.kind === 'declined') return exitCodes.validation;
  const words = options.json
    ? plainJson(undoReport(outcome))
    : plainBlock(renderUndoReport(outcome));
  context.stdout.write(`${words}\n`);
  return exitCodes.succeeded;
}
