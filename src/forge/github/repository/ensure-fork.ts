import { setTimeout as delay } from 'node:timers/promises';
import { ForgeError } from '../../../model/forge-problem.ts';
import { once, type GitHubClient } from '../http/client.ts';
import { createSurely } from '../issues/create-surely.ts';
import type { GitHubRepository } from './place.ts';

/** A fork is made behind the scenes: it is looked for this often, and this many times. */
const lookMs = 2_000;
const mostLooks = 60;

/** The user's own fork of a repository that they cannot push to; it is made when missing. */
export async function ensureFork(
  client: GitHubClient,
  { host, owner, repo }: GitHubRepository,
): Promise<GitHubRepository> {
  // Asking for an existing fork gives that one.
  const fork = await createSurely({
    create: async () => {
      const { data } = await client.rest.repos.createFork({
        ...{ owner, repo, default_branch_only: true },
        request: once,
      });
      return { host, owner: data.owner.login, repo: data.name };
    },
    look: async () => null,
  });
  for (let looks = 1; ; looks += 1) {
    if (await isThere(client, fork)) return fork;
    if (looks === mostLooks) throw new ForgeError({ kind: 'timed-out', host });
    await delay(lookMs);
  }
}

async function isThere(client: GitHubClient, { owner, repo }: GitHubRepository): Promise<boolean> {
  try {
    await client.rest.repos.get({ owner, repo });
    return true;
  } catch (error) {
    if (error instanceof ForgeError && error.forge.kind === 'not-found') return false;
    throw error;
  }
}
