import { plainJson } from '../../model/plain-text.ts';
import { stat } from 'node:fs/promises';
import { openExistingJournal } from '../../journal/sqlite-journal.ts';
import { issueKey } from '../../model/issue.ts';
import { exitCodes } from '../../model/run-status.ts';
import { identifySelf } from '../../process/identity.ts';
import type { Candidate } from '../../workspace/clean-candidate.ts';
import { diskUse } from '../../workspace/disk-use.ts';
import { takeInventory } from '../clean/clean-inventory.ts';
import { removeCandidate, type RemovalTools } from '../clean/clean-removal.ts';
import type { CommandContext } from '../command-context.ts';
import { holdRuns, seeRuns } from '../run/hold-runs.ts';
import { findPlace, openUserHolds, type Place } from '../open-repository.ts';
import { cleanAsJson, renderClean, type CleanItem } from '../clean/render-clean.ts';

export type CleanOptions = {
  readonly yes?: boolean | undefined;
  readonly all?: boolean | undefined;
  readonly json?: boolean | undefined;
};

/** `flotilla clean`: shows what could be removed, with sizes and why that is safe; with `--yes` it removes it. */
export async function clean(options: CleanOptions, context: CommandContext): Promise<number> {
  const place = await findPlace(context.directory, context.env);
  const items = await cleanPlace(place, options, context);
  const asked = {
    isDone: options.yes ?? false,
    isAll: options.all ?? false,
    clone: place.state.clone,
  };
  context.stdout.write(
    options.json ? `${plainJson(cleanAsJson(items, asked))}\n` : renderClean(items, asked),
  );
  return items.some(({ state }) => state === 'left') ? exitCodes.other : 0;
}

async function cleanPlace(
  place: Place,
  options: CleanOptions,
  context: CommandContext,
): Promise<CleanItem[]> {
  // Nothing was ever run by this user: opening the holds would make their file.
  if ((await stat(place.stateHome).catch(() => null)) === null) return [];
  const holds = openUserHolds(place, await identifySelf());
  const journal = openExistingJournal(place.state.journal, () => new Date());
  try {
    const issues = [...new Set(journal?.runs().map(({ issue }) => issueKey(issue)))];
    // While things are removed, no orchestrator may start to use them.
    const look = options.yes ? holdRuns : seeRuns;
    await using runs = await look(holds, place, issues);
    const candidates = await takeInventory({ place, holds, journal, busy: runs.busy });
    const sizes = await diskUse(
      candidates.map(({ path }) => path),
      context.env,
    );
    const stamp = new Date().toISOString().replaceAll(/[-:]|\.\d+/gu, '');
    const tools: RemovalTools = { place, holds, journal, env: context.env, stamp };
    const items: CleanItem[] = [];
    for (const candidate of candidates)
      items.push({
        ...(await settle(tools, candidate, options)),
        candidate,
        bytes: sizes.get(candidate.path) ?? null,
      });
    return items;
  } finally {
    journal?.close();
    holds.close();
  }
}

/** Removes what the user agreed to; says of everything else how it stands. */
async function settle(
  tools: RemovalTools,
  candidate: Candidate,
  options: CleanOptions,
): Promise<Pick<CleanItem, 'state' | 'why' | 'safeIn'>> {
  const { why, when } = candidate;
  const isChosen = when === 'now' || (when === 'all' && options.all === true);
  if (!isChosen) return { state: when === 'all' ? 'on-request' : 'kept', why, safeIn: null };
  if (!options.yes) return { state: 'removable', why, safeIn: null };
  const removal = await removeCandidate(tools, candidate);
  return removal.kind === 'removed'
    ? { state: 'removed', why, safeIn: removal.safeIn }
    : { state: 'left', why: removal.why, safeIn: null };
}
