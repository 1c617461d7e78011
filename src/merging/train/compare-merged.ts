import { findRevision } from '../../git/refs.ts';
import type { TrainTools } from './train-tools.ts';

/**
 * Sees, before anything else is merged, whether the forge made of our merges what was checked, to the tree. It did not
 * where somebody pushed between our look at the base and the merge, or where a queue merged with others' work.
 */
export async function compareMerged(tools: TrainTools, compared: Set<number>): Promise<void> {
  const { git } = tools.clone;
  for (const { task, head, outcome, isMergeIntended, isDifferent } of tools.train().cars) {
    if (outcome?.kind !== 'merged' || compared.has(task)) continue;
    compared.add(task);
    if (!isMergeIntended || isDifferent) continue;
    const { sha } = outcome;
    const [checked, made] = await Promise.all(
      [head, sha].map((commit) => findRevision(git, `${commit}^{tree}`)),
    );
    // A base that was rewritten since may no longer have it.
    if (checked == null || made == null || checked === made) continue;
    tools.record({ type: 'merge-differed', task, sha, checked, made });
  }
}
