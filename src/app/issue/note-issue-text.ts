import type { RunState } from '../../model/state/run-state.ts';
import { identifySelf } from '../../process/identity.ts';
import { openUserHolds, type Place } from '../place/find-place.ts';
import type { PeekedIssue } from './peek-issue.ts';
import { openPlaceForge } from '../place/open-place-forge.ts';

/** Gives the local forge the text of an issue as it was read, as a start does; on GitHub, the issue is its own text. */
export async function noteIssueText(
  place: Place,
  { base }: Pick<RunState, 'base'>,
  { ref, source, markdown: body, master }: PeekedIssue,
): Promise<void> {
  if (ref.forge !== 'local') return;
  const holds = openUserHolds(place, await identifySelf());
  try {
    const forge = await openPlaceForge(place, { branch: base.branch, holds });
    await forge.ensureMasterIssue({ source, title: master.title, body });
  } finally {
    holds.close();
  }
}
