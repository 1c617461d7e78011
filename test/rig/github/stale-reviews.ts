import { gitOf } from './bare-repository.ts';
import type { Pull } from './world.ts';

/**
 * Ends the approvals of a pull request whose branch has moved, where the base's protection says so. A base that was merged
 * in and changes nothing of what the pull request does leaves them as they are.
 */
export async function dismissStaleReviews(pull: Pull): Promise<void> {
  const { repository } = pull.issue;
  if (!repository.protections.get(pull.base.ref)?.dismissesStaleReviews) return;
  const now = await changeOf(pull, pull.head.sha);
  for (const review of pull.reviews)
    if (review.state === 'APPROVED' && (await changeOf(pull, review.commit)) !== now)
      review.state = 'DISMISSED';
}

/** What a commit does to the base, whatever the lines' numbers are. */
async function changeOf({ issue, base }: Pull, sha: string): Promise<string> {
  const git = gitOf(issue.repository);
  const input = await git.run(['diff', `${base.sha}...${sha}`]);
  return (await git.run(['patch-id', '--stable'], { input })).split(' ')[0] ?? '';
}
