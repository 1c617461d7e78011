import { listRuns, type ListedRun } from '../../app/list-runs.ts';
import { exitCodes } from '../../model/state/run-status.ts';
import { plainJson, plainText } from '../../model/text/plain-text.ts';
import type { CommandContext } from '../command-context.ts';
import { forUser } from '../terminal-user.ts';

const longestState = 'awaiting-merge'.length;

/** `flotilla list`: the runs of all repositories of this user, and what waits for a person. */
export async function list(
  options: { readonly json?: boolean | undefined },
  context: CommandContext,
): Promise<number> {
  const listed = await listRuns(forUser(context, options));
  const { stdout } = context;
  if (options.json) stdout.write(`${plainJson(listed)}\n`);
  else if (listed.length === 0)
    stdout.write('Nothing was run yet. Start with: flotilla orchestrate issue.md\n');
  else for (const row of listed) stdout.write(linesOf(row));
  return exitCodes.succeeded;
}

function linesOf(row: ListedRun): string {
  const { state, succeeded, total, issue, title, repository, isWhole, waiting } = row;
  const damage = isWhole ? '' : '  (as far as its journal can be read)';
  const waits = waiting.map(
    ({ message, command }) =>
      `    ⏸ ${plainText(message, 300)}${command === null ? '' : `: ${plainText(command, 4_096)}`}\n`,
  );
  return `${state.padEnd(longestState)}  ${succeeded}/${total}  ${issue}  ${plainText(title, 60)}  ${plainText(repository, 4_096)}${damage}\n${waits.join('')}`;
}
