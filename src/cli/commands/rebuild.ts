import { rebuildRuntimeFiles } from '../../reporting/runtime-files.ts';
import type { CommandContext } from '../command-context.ts';
import { findWritablePlace, findRun } from '../open-repository.ts';

/** `flotilla rebuild [issue]`: makes a run's status files, summary, metrics and session log again from the journal. */
export async function rebuild(issue: string | undefined, context: CommandContext): Promise<number> {
  const place = await findWritablePlace(context.directory, context.env);
  const { journal, state } = await findRun(place, issue);
  const events = journal.read(state.run, 0);
  journal.close();
  for (const path of await rebuildRuntimeFiles(place.repository.root, events))
    context.stdout.write(`${path}\n`);
  return 0;
}
