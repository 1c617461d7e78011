import { ForgeError } from '../../../model/forge-problem.ts';
import type { GitHubClient } from '../http/client.ts';
import type { GitHubRepository } from './place.ts';

const writing = new Set(['admin', 'write']);

/** Whether what somebody may do in a repository includes changing what is in it. */
export function includesWriting(permission: string): boolean {
  return writing.has(permission);
}

/** What somebody may do in a repository: `admin`, `write`, `read` or `none`. An app is not a collaborator and has `none`. */
export async function userPermission(
  client: GitHubClient,
  { owner, repo }: GitHubRepository,
  login: string,
): Promise<string> {
  try {
    const { data } = await client.rest.repos.getCollaboratorPermissionLevel({
      ...{ owner, repo, username: login },
    });
    return data.permission;
  } catch (error) {
    if (error instanceof ForgeError && error.forge.kind === 'not-found') return 'none';
    throw error;
  }
}
