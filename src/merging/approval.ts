import { isInHistory } from '../git/ancestry.ts';
import type { Git } from '../git/git.ts';

/** What people have approved of a pull request, and what there is to approve. */
export type ApprovalParams = {
  /** Has the branch's commits. */
  readonly git: Git;
  /** The commits that approvals were given for; left out if the forge does not say. */
  readonly approvedAt: readonly string[] | undefined;
  /** The commit that the pull request is at now, where it is known. */
  readonly head: string | undefined;
  /** The newest commit of the branch that an agent made; null when nothing of it was published. */
  readonly work: string | null;
};

/**
 * Whether people have approved what agents did: the commit that is there, or one that holds all of it. What people push
 * after an approval is judged by the forge, by the repository's own rules.
 */
export async function coversWork(params: ApprovalParams): Promise<boolean> {
  const { git, approvedAt, head, work } = params;
  if (approvedAt === undefined || work === null) return true;
  if (approvedAt.some((sha) => sha === head || sha === work)) return true;
  for (const sha of approvedAt) {
    // A commit that is not there any more holds nothing.
    if (await isInHistory(git, work, sha)) return true;
  }
  return false;
}

/** Why an approval does not count. */
export const staleWords = 'changed by its agent after it was approved';
