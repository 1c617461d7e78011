import { ForgeError } from '../../../model/forge-problem.ts';
import type { GitHubClient } from '../http/client.ts';
import type { GitHubRepository } from '../repository/place.ts';

/** Makes sure that labels are there, once each; gives those that can be used. */
export type Labels = {
  readonly ensure: (names: readonly string[]) => Promise<readonly string[]>;
  /** Those of some labels that are not there. Changes nothing. */
  readonly missing: (names: readonly string[]) => Promise<readonly string[]>;
};

const colour = '0e8a16';
const mostPages = 50;

/** The labels of a repository. A user who may not create labels works without them: no work is lost for want of a label. */
export function openLabels(client: GitHubClient, { owner, repo }: GitHubRepository): Labels {
  let known: Promise<Set<string>> | null = null;
  const list = async (): Promise<Set<string>> => {
    const ask = (page: number) =>
      client.rest.issues.listLabelsForRepo({ owner, repo, per_page: 100, page });
    const found = new Set<string>();
    for await (const labels of client.pages(ask, mostPages))
      for (const { name } of labels) found.add(name.toLowerCase());
    return found;
  };
  const make = async (name: string): Promise<boolean> => {
    try {
      const description = 'Made by Flotilla';
      await client.rest.issues.createLabel({ owner, repo, name, color: colour, description });
      return true;
    } catch (error) {
      if (!(error instanceof ForgeError)) throw error;
      // Somebody else made it in between.
      if (error.forge.kind === 'refused' && error.forge.status === 422) return true;
      if (['not-allowed', 'not-found', 'missing-scope'].includes(error.forge.kind)) return false;
      throw error;
    }
  };
  let last: Promise<unknown> = Promise.resolve();
  const look = (): Promise<Set<string>> => {
    known ??= list();
    known.catch(() => (known = null));
    return known;
  };
  return {
    missing: async (names) => {
      const there = await look();
      return names.filter((name) => !there.has(name.toLowerCase()));
    },
    ensure: (names) => {
      const mine = last
        .catch(() => undefined)
        .then(async () => {
          const there = await look();
          const usable: string[] = [];
          for (const name of names) {
            const isThere = there.has(name.toLowerCase()) || (await make(name));
            if (!isThere) continue;
            there.add(name.toLowerCase());
            usable.push(name);
          }
          return usable;
        });
      last = mine;
      return mine;
    },
  };
}
