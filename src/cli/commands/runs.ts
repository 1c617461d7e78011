import { displayIssue } from '../../model/issue/issue.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import { countTasks, runStatus } from '../../model/state/run-status.ts';
import { openExistingJournal } from '../../journal/sqlite-journal.ts';
import { isAlive } from '../../process/identity.ts';
import { plainJson, plainText } from '../../model/text/plain-text.ts';
import type { JournalDamage } from '../../model/user-error.ts';
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
  const journal = openExistingJournal(place.state.journal, () => new Date());
  if (journal === null) return tellNone(options, context);
  try {
    const rows = [];
    const damages: JournalDamage[] = [];
    for (const entry of journal.runs()) {
      const { events, damage } = journal.readSound(entry.run);
      const state = foldRun(events);
      if (damage !== null) damages.push(damage);
      if (state === null) continue;
      const isOrchestratorAlive = state.ended === null && (await isAlive(state.orchestrator));
      const { succeeded, total } = countTasks(state);
      const issue = displayIssue(entry.issue);
      const word = runStatus(state, isOrchestratorAlive);
      const row = { run: entry.run, issue, title: entry.title, state: word, succeeded, total };
      rows.push({ ...row, ...(damage && { damage }) });
    }
    if (options.json) context.stdout.write(`${plainJson(rows)}\n`);
    else
      for (const row of rows)
        context.stdout.write(
          `${row.run}  ${row.state.padEnd(longestState)}  ${row.succeeded}/${row.total}  ${row.issue}  ${plainText(row.title, 60)}${row.damage ? '  (as far as its journal can be read)' : ''}\n`,
        );
    return tellDamage([...damages, ...journal.losses()], context.stderr);
  } finally {
    journal.close();
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
