import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { rescueJournal } from '../../journal/rescue-journal.ts';
import { UserError } from '../../model/user-error.ts';
import { identifySelf } from '../../process/identity.ts';
import { counted } from '../../reporting/figures.ts';
import { rebuildRuntimeFiles } from '../../reporting/files/runtime-files.ts';
import {
  findRun,
  findWritablePlace,
  openPlaceJournal,
  openUserHolds,
  type Place,
} from '../../app/place/find-place.ts';
import { liveAttempt, putAttemptsAside } from '../../app/place/unknown-attempts.ts';
import type { CommandContext } from '../command-context.ts';

/**
 * `flotilla rebuild [issue]`: makes a run's status files, summary, metrics and session log again from the journal. With
 * `--journal`, makes the journal again from what can be read of it.
 */
export async function rebuild(
  issue: string | undefined,
  options: { readonly journal?: boolean | undefined },
  context: CommandContext,
): Promise<number> {
  const place = await findWritablePlace(context.directory, context.env);
  // What is kept of runs is made again by the next command that shows it.
  await rm(place.state.history, { recursive: true, force: true }).catch(() => undefined);
  if (options.journal) return rebuildJournal(place, context);
  const { journal, state } = await findRun(place, issue);
  const events = journal.read(state.run, 0);
  journal.close();
  for (const path of await rebuildRuntimeFiles(place.repository.root, events))
    context.stdout.write(`${path}\n`);
  return 0;
}

async function rebuildJournal(place: Place, { stdout }: CommandContext): Promise<number> {
  const { journal: file, root, runs: folder } = place.state;
  if (!existsSync(file)) throw new UserError({ code: 'run-unknown', issue: null });
  const holds = openUserHolds(place, await identifySelf());
  try {
    for (const name of await holds.heldNames(`run:${root}:`)) {
      const hold = await holds.tryTake(name);
      if (hold.state === 'held')
        throw new UserError({ code: 'journal-in-use', pid: hold.holder.pid });
      hold.release();
    }
    const pid = await liveAttempt(folder, await readdir(folder).catch(() => []));
    if (pid !== null) throw new UserError({ code: 'journal-in-use', pid });
    const stamp = new Date().toISOString().replaceAll(/[-:]|\.\d+/gu, '');
    const { events, runs, damages, aside } = rescueJournal(file, stamp);
    const kept = `${counted(events, 'event')} of ${counted(runs, 'run')}`;
    if (aside === null) {
      stdout.write(`Nothing is damaged: ${kept}.\n`);
      return 0;
    }
    const journal = openPlaceJournal(place);
    for (const { run } of damages)
      if (run !== null) await putAttemptsAside({ journal, runs: folder, stamp }, run);
    journal.close();
    const ends = damages.map(
      ({ run, seq, why }) => `  ${run} ends before its event ${seq}, which ${why}\n`,
    );
    stdout.write(
      `The journal was made again: ${kept}.\n${ends.join('')}The damaged file is ${aside}.\nRuns that were started before continue with the same command; their work since then is found by its branches.\n`,
    );
    return 0;
  } finally {
    holds.close();
  }
}
