import { ForgeError } from '../../../model/forge-problem.ts';
import type { GitHubClient } from '../http/client.ts';
import type { GitHubRepository } from '../repository/place.ts';

/**
 * Says on GitHub that an issue waits for another, by the other's database id. Where GitHub knows no dependencies, or the
 * token may not, the words of the issue must do.
 */
export async function ensureBlockedBy(
  client: GitHubClient,
  { owner, repo }: GitHubRepository,
  order: { readonly number: number; readonly blocker: number },
): Promise<void> {
  try {
    await client.rest.issues.addBlockedByDependency({
      ...{ owner, repo, issue_number: order.number, issue_id: order.blocker },
    });
  } catch (error) {
    const isHarmless =
      error instanceof ForgeError &&
      (['not-found', 'not-allowed', 'missing-scope'].includes(error.forge.kind) ||
        /already|duplicate/iu.test(error.message));
    if (!isHarmless) throw error;
  }
}
