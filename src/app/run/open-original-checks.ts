import type { Git } from '../../git/git.ts';
import { hasCommit } from '../../git/objects.ts';
import type { OriginalChecks } from '../../verification/original-checks.ts';
import { findChangedGround, type ChangedGround } from '../../verification/check-ground.ts';
import { readBaseEvidence } from '../plan/base-evidence.ts';
import type { Settings } from '../settings/settings.ts';

/** Reads the checks of the commit that a run began with; null when it had none. Each base is looked at once. */
export async function openOriginalChecks(
  git: Git,
  first: string,
  settings: Pick<Settings, 'checks' | 'setup'>,
): Promise<OriginalChecks | null> {
  // A clone that was lost and made again may lack it, where the user has rewritten the base since.
  if (!(await hasCommit(git, first))) return null;
  const { checks } = await readBaseEvidence(git, first, settings);
  if (checks.length === 0) return null;
  const known = new Map<string, Promise<ChangedGround | null>>();
  const groundAt = (now: string): Promise<ChangedGround | null> => {
    const found = known.get(now) ?? findChangedGround({ git, checks, first, now });
    known.set(now, found);
    return found;
  };
  return { first, checks, groundAt };
}
