import { createHash } from 'node:crypto';
import { listRefs, tryDeleteRef } from '../git/refs.ts';
import type { MergeRepository } from '../git/merge-repository.ts';
import { baseRoom } from '../services/run-workspaces.ts';
import { setupOf } from '../services/planned-task.ts';
import type { Services } from '../services/run-services.ts';
import { openScratchTree, placesRef, shownRef } from '../trial/scratch-tree.ts';
import { measureResources, type Resources } from '../workspace/machine/resources.ts';
import { openScratchChecks, shownIndex } from './scratch-checks.ts';
import type { CheckPlace } from './train/check-prefix.ts';

/** Places in which a train checks what it will merge; closing them removes their trees. */
export type CheckPlaces = AsyncDisposable & { readonly places: readonly CheckPlace[] };

/** As many checks as this run side by side where nobody said how many. */
const mostByDefault = 4;
/** What one check is expected to need: as much as an agent. */
const memoryOfCheckMb = 500;

/** How many pull requests are checked side by side; `wanted` is what the user said, 0: nothing. */
export function countPlaces(
  wanted: number,
  { cores, availableMemoryMb }: Pick<Resources, 'cores' | 'availableMemoryMb'>,
): number {
  if (wanted > 0) return wanted;
  return Math.max(
    1,
    Math.min(mostByDefault, cores, Math.floor(availableMemoryMb / memoryOfCheckMb)),
  );
}

/**
 * Opens the places of a train. The first room of the base is for what a train does in its turn, lock files included; with
 * one place there is nothing else.
 */
export async function openCheckPlaces(
  services: Services<'record' | 'workspaces' | 'agents' | 'clock' | 'settings'>,
  repository: MergeRepository,
  wanted: number,
): Promise<CheckPlaces> {
  const { record, workspaces } = services;
  // Those of a process that died: it may have had more places than this one.
  for (const { name } of await listRefs(workspaces.clone.git, placesRef(record.run)))
    await workspaces.clone.exclusively(() => tryDeleteRef(workspaces.clone.git, name));
  const count = countPlaces(wanted, await measureResources(workspaces.workspacePath('base')));
  const numbers = count < 2 ? [] : Array.from({ length: count }, (_, index) => index + 2);
  const opened = numbers.map((place) => {
    const scratch = openScratchTree({
      ...{ clone: workspaces.clone, workspaces, repository },
      directory: workspaces.workspacePath(baseRoom(place)),
      ref: shownRef(record.run, place),
      index: shownIndex(services, place),
    });
    return { scratch, runChecks: openScratchChecks(services, place).run };
  });
  return {
    places: opened,
    [Symbol.asyncDispose]: async () => {
      for (const { scratch } of opened) await scratch[Symbol.asyncDispose]();
    },
  };
}

/**
 * A digest of what checks run on what stands on a commit: their commands and the setup, and what of the checks that the
 * run began with counts there. Two trees that are the same pass or fail the same when it is the same, too.
 */
export async function digestChecks(
  services: Services<'record' | 'settings'>,
  onto: string,
): Promise<string> {
  const { settings, record } = services;
  const { original } = settings;
  const isAccepted = record.state().settings.areCheckChangesAccepted === true;
  const ground = isAccepted ? null : ((await original?.groundAt(onto)) ?? null);
  const checks = settings.checks.map(({ name, command }) => [name, command]);
  const all = { setup: setupOf(services), checks, first: original?.first ?? null, ground };
  return createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 16);
}
