import { mergePull } from './merging.ts';
import { pullsOf } from './pulls.ts';
import { Refusal } from './refusal.ts';
import type { Repository, World } from './world.ts';

/** Merges the pull requests that were to merge by themselves and now can. */
export async function mergeWaiting(world: World, repository: Repository): Promise<void> {
  for (const pull of pullsOf(repository)) {
    if (pull.autoMerge === null || pull.issue.state === 'closed') continue;
    try {
      await mergePull(world, pull, pull.autoMerge);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }
}
