import { availableParallelism } from 'node:os';
import type { Finding } from '../../model/plan/plan.ts';
import type { RunRecord } from '../../services/run-record.ts';
import type { RunPlaces } from '../../services/run-services.ts';
import { createPool } from '../../workspace/machine/pool.ts';
import { fitWorkers, measureResources } from '../../workspace/machine/resources.ts';
import type { Place } from '../place/find-place.ts';
import type { Settings } from '../settings/settings.ts';

export type PlacesParams = {
  readonly record: RunRecord;
  readonly place: Place;
  readonly settings: Settings;
  /** MB that a checkout of the base takes. */
  readonly worktreeMb: number;
};

/** How many tasks get their workspace ahead of a free place for their agent. */
const mostPreparedAhead = 8;

/** Opens the places of a run: as many as its start found room for, and, when that is changed, as many as fit then. */
export async function openPlaces(params: PlacesParams): Promise<RunPlaces> {
  const { record, settings } = params;
  const { maxWorkers } = settings;
  let isOpen = true;
  const places: RunPlaces = {
    tasks: createPool(tasksFor(maxWorkers)),
    agents: createPool(maxWorkers),
    checks: createPool(availableParallelism()),
    close: () => {
      isOpen = false;
    },
  };
  // What was changed in this start, before this phase of it.
  const { changedSettings } = record.state();
  if ((changedSettings.maxWorkers ?? maxWorkers) !== maxWorkers) await fitPlaces(params, places);
  record.listen((event) => {
    if (event.type !== 'settings-changed' || event.settings.maxWorkers === undefined) return;
    // Not at once: all listeners hear of one event before the next is written.
    if (isOpen) queueMicrotask(() => void fitPlaces(params, places).catch(() => undefined));
  });
  return places;
}

function tasksFor(maxWorkers: number): number {
  return maxWorkers + Math.min(maxWorkers, mostPreparedAhead);
}

/** Gives agents the places that were asked for; of more than there were, those that memory and disk have room for. */
async function fitPlaces(
  { record, place, worktreeMb }: PlacesParams,
  { tasks, agents }: RunPlaces,
): Promise<void> {
  const wanted = record.state().settings.maxWorkers;
  const resources = await measureResources(place.state.root);
  // Somebody has asked for another number since.
  if (record.state().settings.maxWorkers !== wanted) return;
  const busy = agents.taken();
  const more = Math.max(0, wanted - busy);
  const fit = fitWorkers({ ...resources, wanted: more, worktreeMb, isGivenByHand: true });
  const workers = fit.workers < more ? Math.max(1, busy + fit.workers) : wanted;
  if (workers < wanted)
    record.record({ type: 'finding-raised', finding: shortFinding(wanted, workers, fit.reasons) });
  tasks.resize(tasksFor(workers));
  agents.resize(workers);
}

function shortFinding(wanted: number, workers: number, reasons: readonly string[]): Finding {
  return {
    ...{ kind: 'resources', severity: 'warning', tasks: [] },
    message: `${wanted} agents at once were asked for. This machine has room for ${workers} now, those at work included.`,
    evidence: reasons.join(' '),
    advice:
      'Close programs that use memory, or make room with flotilla clean; then set --max-workers again.',
  };
}
