import { displayIssue } from '../../model/issue/issue.ts';
import { plainJson, plainText } from '../../model/text/plain-text.ts';
import type { JournalDamage } from '../../model/user-error.ts';
import { openHistory } from '../../app/history/open-history.ts';
import { isStillWorkedOn } from '../../app/history/still-worked-on.ts';
import { findPlace } from '../../app/place/find-place.ts';
import type { CommandContext } from '../command-context.ts';
import { tellDamage } from '../tell-damage.ts';

const longestState = 'awaiting-merge'.length;

/** `flotilla runs`: every run of this repository, newest first. */
export async function runs(
  options: { readonly json?: boolean | undefined },
  context: CommandContext,
): Promise<number> {
  const place = await findPlace(context.directory, context.env);
  const history = openHistory(place.state, () => new Date());
  if (history === null) return tellNone(options, context);
  try {
    const rows = [];
    const damages: JournalDamage[] = [];
    for (const { entry, sum, damage } of history.look(history.runs)) {
      if (damage !== null) damages.push(damage);
      if (sum === null) continue;
      const { succeeded, total } = sum.standing;
      const issue = displayIssue(entry.issue);
      const { whileAlive, whenGone } = sum.standing;
      const word = (await isStillWorkedOn(sum.standing)) ? whileAlive : whenGone;
      const row = { run: entry.run, issue, title: entry.title, state: word, succeeded, total };
      rows.push({ ...row, ...(damage && { damage }) });
    }
    if (options.json) context.stdout.write(`${plainJson(rows)}\n`);
    else
      for (const row of rows)
        context.stdout.write(
          `${row.run}  ${row.state.padEnd(longestState)}  ${row.succeeded}/${row.total}  ${row.issue}  ${plainText(row.title, 60)}${row.damage ? '  (as far as its journal can be read)' : ''}\n`,
        );
    return tellDamage([...damages, ...history.losses], context.stderr);
  } finally {
    history.close();
  }
}

/** A list of nothing is a list, too. */
function tellNone(
  { json }: { readonly json?: boolean | undefined },
  { stdout }: CommandContext,
): number {
  stdout.write(
    json ? '[]\n' : 'Nothing was run here yet. Start with: flotilla orchestrate issue.md\n',
  );
  return 0;
}
