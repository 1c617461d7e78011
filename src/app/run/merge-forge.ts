import type { Holds } from '../../coordination/holds.ts';
import type { Forge } from '../../forge/forge.ts';
import { findBase } from '../../git/user-repository.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { chooseForge } from '../issue/choose-forge.ts';
import type { Place } from '../place/find-place.ts';
import type { Settings } from '../settings/settings.ts';
import { openPlaceForge } from '../place/open-place-forge.ts';

export type MergingHomeParams = {
  readonly place: Place;
  /** The run whose pull requests are merged: it says where they are. */
  readonly state: Pick<RunState, 'issue' | 'base'>;
  readonly settings: Settings;
  readonly holds: Holds;
  readonly env: NodeJS.ProcessEnv;
  /** How the issue must be claimed before it is worked on; null when it is only read. */
  readonly claiming: { readonly isTakenOver: boolean } | null;
  /** Called when the forge asks us to wait. */
  readonly note: (text: string) => void;
};

/**
 * Opens the forge that a run has its pull requests on, and brings its base up to date. Throws a `UserError` when it
 * cannot be had: no token, no remote, a base that has moved apart.
 */
export async function openMergingForge(params: MergingHomeParams): Promise<Forge> {
  const { state } = params;
  if (state.issue.forge === 'local') return openLocal(params);
  const forge = await openOnGitHub(params, state.issue);
  await forge.syncBase(state.base.branch, '');
  return forge;
}

async function openLocal({ place, state, holds }: MergingHomeParams): Promise<Forge> {
  const base = await findBase(place.repository, state.base.branch);
  const forge = await openPlaceForge(place, { branch: base.branch, holds });
  await forge.syncBase(base.branch, base.sha);
  return forge;
}

async function openOnGitHub(
  params: MergingHomeParams,
  issue: Extract<RunState['issue'], { forge: 'github' }>,
): Promise<Forge> {
  const { settings, place, env } = params;
  const argument = { ...issue, kind: 'github', host: null } as const;
  const named = { ...settings, forge: 'github' } as const;
  const target = await chooseForge({ argument, settings: named, place, env });
  if (target === null) throw new Error(`Issue ${issue.number} has no place on GitHub`);
  const { openGitHubForMerging } = await import('../github/open-github.ts');
  return openGitHubForMerging({ ...params, target, number: issue.number });
}
