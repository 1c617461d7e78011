import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Holds } from '../../coordination/holds.ts';
import type { Journal } from '../../journal/journal.ts';
import type { JournalDamage } from '../../model/user-error.ts';
import type { JournalEvent } from '../../model/event/event.ts';
import { issueKey } from '../../model/issue/issue.ts';
import { foldRun } from '../../model/state/fold-run.ts';
import { isAlive } from '../../process/identity.ts';
import type { Candidate, KnownRun } from '../../workspace/clean/clean-candidate.ts';
import { directoriesIn, findCandidates } from '../../workspace/clean/clean-candidates.ts';
import {
  readProcessUses,
  tasksWithLiveClaim,
  userOf,
  type ProcessUse,
} from '../../workspace/clean/live-use.ts';
import { findInnerRepository } from '../../workspace/inner-repositories.ts';
import { confinedGit, type Confinement } from '../../workspace/sandbox/confinement.ts';
import { findAbandonedStates } from '../../workspace/state/state-origin.ts';
import { readStatus } from '../../workspace/salvage/work-status.ts';
import { findRefWith } from '../../git/refs.ts';
import type { Place } from '../place/find-place.ts';

export type InventoryParams = {
  readonly place: Place;
  readonly holds: Holds;
  readonly journal: Journal | null;
  readonly confinement: Confinement;
  /** The issues, by key, on which somebody else works. */
  readonly busy: ReadonlySet<string>;
};

/** What there is, and what of the journal could not be read to judge it by. */
export type Inventory = {
  readonly candidates: readonly Candidate[];
  readonly damages: readonly JournalDamage[];
};

/** Everything on the disk that cleaning could remove or keeps for a reason. Writes nothing. */
export async function takeInventory(params: InventoryParams): Promise<Inventory> {
  const { place, journal, busy } = params;
  const workspaces = await directoriesIn(place.state.workspaces);
  const damages = [...(journal?.losses() ?? [])];
  const runs = journal === null ? [] : await readRuns(journal, busy, damages);
  const uses = await readProcessUses();
  const [own, abandoned] = await Promise.all([
    findCandidates({
      state: place.state,
      temporary: tmpdir(),
      workspaces,
      runs,
      isDamaged: (name) =>
        damages.some(({ run }) => run === null || name.startsWith(`${run}-task-`)),
      uses,
      findPushed: (commit) => findPushed(place, commit),
      findInnerRepository: (path) => innerRepository(params.confinement, path),
      now: Date.now(),
    }),
    findAbandoned(params, uses),
  ]);
  return { candidates: [...own, ...abandoned], damages };
}

/** A look that takes longer is given up: it is looked again before anything is removed. */
const lookLimitMs = 3_000;

async function innerRepository(
  confinement: Confinement,
  workspace: string,
): Promise<string | null> {
  const place = { workspace, access: 'read' } as const;
  const git = confinedGit({ confinement, place, signal: AbortSignal.timeout(lookLimitMs) });
  const status = await readStatus(git, 'all').catch(() => null);
  return status === null ? null : findInnerRepository(status);
}

/** The runs as far as they can be read; what cannot is added to `damages`. */
async function readRuns(
  journal: Journal,
  busy: ReadonlySet<string>,
  damages: JournalDamage[],
): Promise<KnownRun[]> {
  const runs: KnownRun[] = [];
  for (const { run } of journal.runs()) {
    const { events, damage } = journal.readSound(run);
    if (damage !== null) damages.push(damage);
    const state = foldRun(events);
    if (state === null) continue;
    const isOrchestratorAlive = state.ended === null && (await isAlive(state.orchestrator));
    runs.push({
      state,
      workspaces: new Map(events.flatMap(workspaceOf)),
      lastEventAt: Date.parse(events.at(-1)?.at ?? state.startedAt),
      isBusy: isOrchestratorAlive || busy.has(issueKey(state.issue)),
    });
  }
  return runs;
}

function workspaceOf(event: JournalEvent): [string, number][] {
  return event.type === 'workspace-intended' ? [[basename(event.path), event.task]] : [];
}

/** Looks for a commit on the local forge, and on the remotes as the user's repository last saw them. */
async function findPushed(place: Place, commit: string): Promise<string | null> {
  const { git } = place.repository;
  const forge = join(place.state.forge, 'repository.git');
  const places: [typeof git, string][] = [[git, 'refs/remotes']];
  if ((await stat(forge).catch(() => null)) !== null) places.unshift([git.at(forge), 'refs/heads']);
  for (const [where, refs] of places) {
    const name = await findRefWith(where, { commit, under: refs });
    if (name !== null) return name;
  }
  return null;
}

async function findAbandoned(
  { place, holds }: InventoryParams,
  uses: readonly ProcessUse[],
): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  for (const { root, gitDirectory } of await findAbandonedStates(place.stateHome)) {
    if (root === place.state.root || (await isShrunk(root))) continue;
    const user = userOf(uses, { path: root, marker: null }) ?? (await claimant(join(root, 'runs')));
    const isBusy = (await holds.heldNames(`run:${root}:`)).size > 0;
    const isFree = user === null && !isBusy;
    candidates.push({
      kind: 'repository',
      path: root,
      owner: null,
      safe: null,
      isNobodysWork: false,
      when: isFree ? 'all' : 'never',
      why: isFree
        ? `its repository ${gitDirectory} is gone; workspaces are salvaged, branches and journal stay`
        : `its repository ${gitDirectory} is gone, but somebody still works there`,
    });
  }
  return candidates;
}

/** What of an abandoned state directory can go: the rest is what holds the work. */
export const shrinkable = ['workspaces', 'runs', 'trash', 'history'] as const;

async function isShrunk(root: string): Promise<boolean> {
  const left = await Promise.all(shrinkable.map((name) => directoriesIn(join(root, name))));
  return left.flat().length === 0;
}

async function claimant(runs: string): Promise<number | null> {
  for (const run of await directoriesIn(runs)) {
    const [pid] = (await tasksWithLiveClaim(run)).values();
    if (pid !== undefined) return pid;
  }
  return null;
}
