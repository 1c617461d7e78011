import { openLocalForge } from '../../forge/local/local-forge.ts';
import type { RunState } from '../../model/state/run-state.ts';
import { identifySelf } from '../../process/identity.ts';
import { openUserHolds, type Place } from '../place/find-place.ts';
import type { PeekedIssue } from './peek-issue.ts';

/** Gives the local forge the text of an issue as it was read, as a start does; on GitHub, the issue is its own text. */
export async function noteIssueText(
  place: Place,
  { base }: Pick<RunState, 'base'>,
  { ref, source, markdown: body, master }: PeekedIssue,
): Promise<void> {
  if (ref.forge !== 'local') return;
  const holds = openUserHolds(place, await identifySelf());
  try {
    const forge = await openLocalForge({
      directory: place.state.forge,
      source: place.repository.gitDirectory,
      branch: base.branch,
      userGit: place.repository.git,
      holds,
    });
    await forge.ensureMasterIssue({ source, title: master.title, body });
  } finally {
    holds.close();
  }
}
