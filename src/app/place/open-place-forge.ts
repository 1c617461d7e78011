import type { Holds } from '../../coordination/holds.ts';
import { openLocalForge } from '../../forge/local/local-forge.ts';
import type { Place } from './find-place.ts';

/** Opens the local forge of the user's repository, with this branch as its base. */
export function openPlaceForge(
  place: Place,
  { branch, holds }: { readonly branch: string; readonly holds: Holds },
): ReturnType<typeof openLocalForge> {
  return openLocalForge({
    directory: place.state.forge,
    source: place.repository.gitDirectory,
    branch,
    userGit: place.repository.git,
    holds,
  });
}
