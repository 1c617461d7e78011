import { visibleRepository } from './access.ts';
import { issueObject, pullObject, repositoryObject } from './graphql-objects.ts';
import { userObject } from './graphql-parts.ts';
import type { Quota } from './quota.ts';
import { Refusal } from './refusal.ts';
import type { Call } from './route.ts';
import { nodeId, type Issue, type Pull, type Repository, type World } from './world.ts';

type Json = Record<string, unknown>;

/** The roots of what can be read. */
export function queriesOf(call: Call, quota: Quota): Json {
  const { world, token } = call;
  return {
    viewer: () => (token === null ? null : userObject(world, token.user)),
    repository: ({ owner, name }: { owner: string; name: string }) => {
      const repository = visible(call, owner, name);
      return repositoryObject(world, repository, token);
    },
    node: ({ id }: { id: string }) => nodeObject(call, id),
    rateLimit: () => {
      const headers = quota.headers(token, 'graphql');
      const resetAt = new Date(Number(headers['x-ratelimit-reset']) * 1000).toISOString();
      return {
        cost: 1,
        nodeCount: 1,
        limit: Number(headers['x-ratelimit-limit']),
        remaining: Number(headers['x-ratelimit-remaining']),
        used: Number(headers['x-ratelimit-used']),
        resetAt,
      };
    },
  };
}

function visible(call: Call, owner: string, repo: string): Repository {
  try {
    return visibleRepository(call.world, call.token, { owner, repo });
  } catch {
    throw new Refusal(404, `Could not resolve to a Repository with the name '${owner}/${repo}'.`);
  }
}

function nodeObject(call: Call, id: string): Json {
  const found = findNode(call.world, id);
  if (found === null)
    throw new Refusal(404, `Could not resolve to a node with the global id of '${id}'.`);
  if ('pull' in found)
    return found.pull === null
      ? issueObject(call.world, found, call.token)
      : pullObject(call.world, found.pull, call.token);
  return repositoryObject(call.world, found, call.token);
}

/** The issue, pull request (as its issue) or repository of a GraphQL id. */
export function findNode(world: World, id: string): Issue | Repository | null {
  for (const repository of world.repositories.values()) {
    if (nodeId('R', repository.id) === id) return repository;
    for (const issue of repository.issues.values()) {
      const own = issue.pull === null ? nodeId('I', issue.id) : nodeId('PR', issue.pull.id);
      if (own === id) return issue;
    }
  }
  return null;
}

/** What takes comments: an issue, or a pull request by its issue. */
export function findCommentable(world: World, id: string): Issue {
  const found = findNode(world, id);
  if (found === null || !('pull' in found)) throw unknown(id);
  return found;
}

export function findIssueNode(world: World, id: string): Issue {
  const found = findNode(world, id);
  if (found === null || !('pull' in found) || found.pull !== null) throw unknown(id);
  return found;
}

export function findPullNode(world: World, id: string): Pull {
  const found = findNode(world, id);
  if (found === null || !('pull' in found) || found.pull === null) throw unknown(id);
  return found.pull;
}

export function findRepositoryNode(world: World, id: string): Repository {
  const found = findNode(world, id);
  if (found === null || 'pull' in found) throw unknown(id);
  return found;
}

function unknown(id: string): Refusal {
  return new Refusal(404, `Could not resolve to a node with the global id of '${id}'.`);
}
