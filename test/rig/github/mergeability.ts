import { gitOf, inTurn } from './bare-repository.ts';
import { verdictOf } from './commit-verdict.ts';
import type { Mergeability, Protection, Pull } from './world.ts';

/**
 * What is known of whether a pull request merges. The first to ask after a push gets nothing (`null`) and starts
 * the computing, as at GitHub; `git merge-tree` says the rest.
 */
export function mergeabilityOf(pull: Pull): Mergeability {
  const known = pull.mergeability;
  if (known?.base === pull.base.sha && known.head === pull.head.sha) return known;
  const fresh: Mergeability = {
    base: pull.base.sha,
    head: pull.head.sha,
    isMergeable: null,
    isBehind: false,
  };
  pull.mergeability = fresh;
  inTurn(pull.issue.repository, () => compute(pull, fresh)).catch(() => undefined);
  return fresh;
}

/** Waits until it is known, for those who merge. */
export async function settledMergeability(pull: Pull): Promise<boolean> {
  const fresh = { base: pull.base.sha, head: pull.head.sha, isMergeable: null, isBehind: false };
  await compute(pull, fresh);
  pull.mergeability = fresh;
  return pull.mergeability.isMergeable === true;
}

async function compute(pull: Pull, into: Mergeability): Promise<void> {
  const git = gitOf(pull.issue.repository);
  const merged = await git.probe(['merge-tree', '--write-tree', into.base, into.head]);
  const contains = await git.probe(['merge-base', '--is-ancestor', into.base, into.head]);
  into.isBehind = contains.code !== 0;
  into.isMergeable = merged.code === 0;
}

/** GitHub's word for it, in lower case: REST has it so, GraphQL in upper case. */
export function mergeStateOf(pull: Pull): string {
  if (pull.issue.state === 'closed') return 'unknown';
  const { isMergeable, isBehind } = mergeabilityOf(pull);
  if (isMergeable === null) return 'unknown';
  if (!isMergeable) return 'dirty';
  if (pull.isDraft) return 'draft';
  const protection = protectionOf(pull);
  if (whatBlocks(pull) !== null) return 'blocked';
  if (protection?.isStrict === true && isBehind) return 'behind';
  const verdict = verdictOf(pull.issue.repository, pull.head.sha);
  return verdict === null || verdict === 'success' ? 'clean' : 'unstable';
}

export function protectionOf(pull: Pull): Protection | undefined {
  return pull.issue.repository.protections.get(pull.base.ref);
}

/** Whether its base is changed by the merge queue alone. */
export function isQueued({ issue, base: into }: Pull): boolean {
  return issue.repository.usesMergeQueue && into.ref === issue.repository.defaultBranch;
}

/** Why the base's protection does not let it be merged yet, in GitHub's words. */
export function whatBlocks(pull: Pull): string | null {
  const protection = protectionOf(pull);
  if (protection === undefined) return null;
  for (const name of protection.requiredChecks) {
    const verdict = verdictOf(pull.issue.repository, pull.head.sha, name);
    if (verdict === null) return `Required status check "${name}" is expected.`;
    if (verdict === 'pending') return `Required status check "${name}" is pending.`;
    if (verdict === 'failure') return `Required status check "${name}" is failing.`;
  }
  const decision = reviewDecisionOf(pull);
  if (decision === 'CHANGES_REQUESTED') return 'Changes have been requested.';
  if (decision === 'REVIEW_REQUIRED')
    return `At least ${protection.requiredReviews} approving review is required by reviewers with write access.`;
  return null;
}

/** By the last review of each reviewer that approves or asks for changes; null where no rule asks for reviews. */
export function reviewDecisionOf(
  pull: Pull,
): 'APPROVED' | 'CHANGES_REQUESTED' | 'REVIEW_REQUIRED' | null {
  const needed = protectionOf(pull)?.requiredReviews ?? 0;
  if (needed === 0) return null;
  const latest = new Map(
    pull.reviews
      .filter(({ state }) => state !== 'COMMENTED')
      .map((review) => [review.author.id, review.state]),
  );
  const states = [...latest.values()];
  if (states.includes('CHANGES_REQUESTED')) return 'CHANGES_REQUESTED';
  const approvals = states.filter((state) => state === 'APPROVED').length;
  return approvals >= needed ? 'APPROVED' : 'REVIEW_REQUIRED';
}
