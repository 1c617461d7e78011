import { ForgeError } from '../../../model/forge-problem.ts';
import type { PullReport, PullWatch } from '../../pull-report.ts';
import type { GitHubClient } from '../http/client.ts';
import type { GitHubRepository } from '../repository/place.ts';
import { mostAsked, pullAnswer, pullQuery, pullReport } from './pull-query.ts';

export type WatchParams = {
  readonly client: GitHubClient;
  readonly repository: GitHubRepository;
  /** Milliseconds of a clock that does not jump. */
  readonly elapsed: () => number;
};

/** Asked again although nothing seems to have changed: checks from elsewhere show in neither of the two reads. */
const staleMs = { unknown: 5_000, none: 30_000, pending: 120_000, settled: 300_000 } as const;

/**
 * Watches pull requests by two reads that cost nothing while nothing changes (the list of pull requests, the runs of
 * Actions) and, when there is news, one question about all of them.
 */
export function watchPulls({ client, repository, elapsed }: WatchParams): PullWatch {
  let [pulls, runs]: [unknown, unknown] = [null, null];
  let known = new Map<number, PullReport>();
  let askedAt = 0;

  const hasNews = async (): Promise<boolean> => {
    const [before, ranBefore] = [pulls, runs];
    [pulls, runs] = await Promise.all([
      listPulls(client, repository),
      listRuns(client, repository),
    ]);
    // An answer that has not changed is the very one that came before.
    return pulls !== before || runs !== ranBefore;
  };

  const isStale = (): boolean => elapsed() - askedAt >= freshFor([...known.values()]);

  return {
    look: async (numbers) => {
      const isNews = await hasNews();
      const isUnknown = numbers.some((number) => !known.has(number));
      if (isNews || isUnknown || isStale()) {
        // Another watcher asks for other pull requests: one question covers all of them.
        const open = [...known.values()].filter(({ state }) => state === 'open');
        const wanted = new Set([...numbers, ...open.map(({ number }) => number)]);
        known = new Map([...known, ...(await ask(client, repository, [...wanted]))]);
        askedAt = elapsed();
      }
      return numbers.flatMap((number) => known.get(number) ?? []);
    },
  };
}

function freshFor(reports: readonly PullReport[]): number {
  const open = reports.filter(({ state }) => state === 'open');
  if (open.some(({ isMergeable }) => isMergeable === null)) return staleMs.unknown;
  if (open.some(({ checks }) => checks === 'none')) return staleMs.none;
  return open.some(({ checks }) => checks === 'pending') ? staleMs.pending : staleMs.settled;
}

async function listPulls(
  client: GitHubClient,
  { owner, repo }: GitHubRepository,
): Promise<unknown> {
  const { data } = await client.rest.pulls.list({
    ...{ owner, repo, state: 'all', sort: 'updated', direction: 'desc', per_page: 50 },
  });
  return data;
}

/** The newest runs of Actions; nothing if none can be seen. */
async function listRuns(client: GitHubClient, { owner, repo }: GitHubRepository): Promise<unknown> {
  try {
    const { data } = await client.rest.actions.listWorkflowRunsForRepo({
      ...{ owner, repo, per_page: 50 },
    });
    return data;
  } catch (error) {
    const kinds = ['not-found', 'not-allowed', 'missing-scope'];
    if (error instanceof ForgeError && kinds.includes(error.forge.kind)) return null;
    throw error;
  }
}

async function ask(
  client: GitHubClient,
  { owner, repo }: GitHubRepository,
  numbers: readonly number[],
): Promise<Map<number, PullReport>> {
  const found = new Map<number, PullReport>();
  for (let from = 0; from < numbers.length; from += mostAsked) {
    const query = pullQuery(numbers.slice(from, from + mostAsked));
    const { repository } = await client.graphql(pullAnswer, query, { owner, repo });
    for (const data of Object.values(repository))
      if (data !== null) found.set(data.number, pullReport(data));
  }
  return found;
}
