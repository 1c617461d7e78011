import { z } from 'zod';
import type { CommitStanding } from '../../pull-report.ts';
import type { GitHubClient } from '../http/client.ts';
import type { GitHubRepository } from '../repository/place.ts';
import { checkWord, failedCheck, rollupFields, rollupShape } from './pull-query.ts';

const query = `query($owner: String!, $repo: String!, $oid: GitObjectID!) {
  repository(owner: $owner, name: $repo) { object(oid: $oid) { ... on Commit { ${rollupFields} } } }
}`;

/** A commit that is not there is null. */
const answer = z.object({
  repository: z
    .object({ object: z.object({ statusCheckRollup: rollupShape.nullable() }).nullable() })
    .nullable(),
});

/** How the checks stand that ran on a commit; one call. */
export async function readStanding(
  client: GitHubClient,
  { owner, repo }: GitHubRepository,
  oid: string,
): Promise<CommitStanding> {
  const { repository } = await client.graphql(answer, query, { owner, repo, oid });
  const rollup = repository?.object?.statusCheckRollup ?? null;
  const failed = rollup?.contexts.nodes.flatMap(failedCheck) ?? [];
  return { checks: checkWord(rollup), failed: failed.map(({ name }) => name) };
}
