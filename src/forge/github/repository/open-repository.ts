import type { MergeMethod } from '../../../git/combine-commits.ts';
import { ForgeError } from '../../../model/forge-problem.ts';
import type { GitHubClient } from '../http/client.ts';
import { isOfApp } from '../http/token.ts';
import { repositoryName, type GitHubRepository } from './place.ts';

/** A repository as GitHub knows it: names that were changed since are the new ones. */
export type KnownRepository = GitHubRepository & {
  readonly defaultBranch: string;
  /** Whether the token may push to it, as far as is known; where it may not, a fork takes the branches. */
  readonly canPush: boolean;
  /** The ways of merging that its settings allow; none where the token may not see them. */
  readonly mergeMethods: readonly MergeMethod[];
  /** The repository that it was forked from. */
  readonly parent: GitHubRepository | null;
};

/** Asks for the repository. Throws a `ForgeError` when it is not there, archived, or has no issues. */
export async function openRepository(
  client: GitHubClient,
  { host, owner, repo }: GitHubRepository,
): Promise<KnownRepository> {
  const { data } = await client.rest.repos.get({ owner, repo });
  const known = { host, owner: data.owner.login, repo: data.name };
  const repository = repositoryName(known);
  if (data.archived) throw new ForgeError({ kind: 'archived', repository });
  if (!data.has_issues) throw new ForgeError({ kind: 'issues-off', repository });
  const { parent } = data;
  return {
    ...known,
    defaultBranch: data.default_branch,
    // What GitHub says there is a user's role, and an app has none: git will say what its token may.
    canPush: isOfApp(client.token) || (data.permissions?.push ?? false),
    mergeMethods: [
      ...(data.allow_squash_merge ? (['squash'] as const) : []),
      ...(data.allow_merge_commit ? (['merge'] as const) : []),
      ...(data.allow_rebase_merge ? (['rebase'] as const) : []),
    ],
    parent: parent === undefined ? null : { host, owner: parent.owner.login, repo: parent.name },
  };
}
