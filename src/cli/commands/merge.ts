import { mergeFlags, type MergeOptions } from '../../app/merge-flags.ts';
import { mergeIssue } from '../../app/merge-issue.ts';
import { fromHere } from '../../app/place/from-here.ts';
import { exitCodes } from '../../model/state/run-status.ts';
import { plainBlock, plainJson } from '../../model/text/plain-text.ts';
import {
  mergeExitCode,
  mergeReport,
  renderMergeReport,
} from '../../reporting/ending/merge-report.ts';
import type { CommandContext } from '../command-context.ts';
import { mergeView } from '../run-output.ts';
import { forUser } from '../terminal-user.ts';

/** `flotilla merge <issue>`: judges all finished branches together, then merges them one after another. */
export async function merge(
  argument: string,
  options: MergeOptions,
  context: CommandContext,
): Promise<number> {
  const { user, ...where } = forUser(context, options);
  const view = mergeView(context, options.json ?? false);
  const outcome = await mergeIssue(argument, options, {
    ...where,
    user: { ...user, showRun: () => Promise.resolve(view) },
  });
  if (outcome.kind === 'declined') return exitCodes.validation;
  if (outcome.kind === 'stopped') return exitCodes.interrupted;
  const merged = mergeReport(outcome);
  const shown = { ...outcome.state, source: fromHere(outcome.state.source) };
  context.stdout.write(
    options.json
      ? `${plainJson(merged)}\n`
      : `\n${plainBlock(renderMergeReport(merged, shown, mergeFlags(options)))}\n`,
  );
  return mergeExitCode(merged);
}
