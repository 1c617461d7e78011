import { stat } from 'node:fs/promises';
import { plainJson } from '../../model/text/plain-text.ts';
import { openExistingJournal } from '../../journal/sqlite-journal.ts';
import { issueKey } from '../../model/issue/issue.ts';
import { exitCodes } from '../../model/state/run-status.ts';
import { identifySelf } from '../../process/identity.ts';
import type { Candidate } from '../../workspace/clean/clean-candidate.ts';
import { diskUse } from '../../workspace/clean/disk-use.ts';
import { takeInventory } from '../../app/clean/clean-inventory.ts';
import { describeIgnored } from '../../app/clean/keep-ignored.ts';
import { removeCandidate, type RemovalTools } from '../../app/clean/clean-removal.ts';
import { findConfinement } from '../../app/place/find-confinement.ts';
import { holdRuns, seeRuns } from '../../app/run/hold-runs.ts';
import type { JournalDamage } from '../../model/user-error.ts';
import { findWritablePlace, openUserHolds, type Place } from '../../app/place/find-place.ts';
import type { CommandContext } from '../command-context.ts';
import { tellDamage } from '../tell-damage.ts';
import { cleanAsJson, renderClean, type CleanItem } from '../render-clean.ts';

export type CleanOptions = {
  readonly yes?: boolean | undefined;
  readonly all?: boolean | undefined;
  readonly discardIgnored?: boolean | undefined;
  readonly json?: boolean | undefined;
};

/** `flotilla clean`: shows what could be removed, with sizes and why that is safe; with `--yes` it removes it. */
export async function clean(options: CleanOptions, context: CommandContext): Promise<number> {
  const place = await findWritablePlace(context.directory, context.env);
  const { items, damages } = await cleanPlace(place, options, context);
  const asked = {
    isDone: options.yes ?? false,
    isAll: options.all ?? false,
    clone: place.state.clone,
  };
  context.stdout.write(
    options.json ? `${plainJson(cleanAsJson(items, asked))}\n` : renderClean(items, asked),
  );
  const code = tellDamage(damages, context.stderr);
  return items.some(({ state }) => state === 'left') ? exitCodes.other : code;
}

async function cleanPlace(
  place: Place,
  options: CleanOptions,
  context: CommandContext,
): Promise<{ readonly items: CleanItem[]; readonly damages: readonly JournalDamage[] }> {
  // Nothing was ever run by this user: opening the holds would make their file.
  if ((await stat(place.stateHome).catch(() => null)) === null) return { items: [], damages: [] };
  const holds = openUserHolds(place, await identifySelf());
  const journal = openExistingJournal(place.state.journal, () => new Date());
  try {
    const issues = [...new Set(journal?.runs().map(({ issue }) => issueKey(issue)))];
    // While things are removed, no orchestrator may start to use them.
    const look = options.yes ? holdRuns : seeRuns;
    await using runs = await look(holds, place, issues);
    const { busy } = runs;
    const confinement = await findConfinement(context.env, place.state.clone);
    const inventory = { place, holds, journal, confinement, busy };
    const { candidates, damages } = await takeInventory(inventory);
    const sizes = await diskUse(
      candidates.map(({ path }) => path),
      context.env,
    );
    const stamp = new Date().toISOString().replaceAll(/[-:]|\.\d+/gu, '');
    const isDiscarding = options.discardIgnored ?? false;
    const tools: RemovalTools = { place, holds, journal, env: context.env, stamp, isDiscarding };
    const items: CleanItem[] = [];
    for (const candidate of candidates)
      items.push({
        ...(await settle(tools, candidate, options)),
        candidate,
        bytes: sizes.get(candidate.path) ?? null,
      });
    return { items, damages };
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
  if (!options.yes)
    return { state: 'removable', why: await withIgnored(tools, candidate), safeIn: null };
  const removal = await removeCandidate(tools, candidate);
  return removal.kind === 'removed'
    ? {
        state: 'removed',
        why: [why, ...(removal.ignored === null ? [] : [removal.ignored])].join('; '),
        safeIn: removal.safeIn,
      }
    : { state: 'left', why: removal.why, safeIn: null };
}

/** Why it may be removed, and what git ignores in it, so that it is named first. */
async function withIgnored({ place, env }: RemovalTools, candidate: Candidate): Promise<string> {
  const { kind, path, why, isNobodysWork } = candidate;
  if (kind !== 'workspace' || isNobodysWork) return why;
  const { root } = place.repository;
  const confinement = await findConfinement(env, place.state.clone);
  // What git cannot look into is reported when it is removed.
  const ignored = await describeIgnored(confinement, path, root).catch(() => null);
  return ignored === null ? why : `${why}; ${ignored}`;
}
