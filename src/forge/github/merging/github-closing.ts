import { ForgeError } from '../../../model/forge-problem.ts';
import type { BranchParams, Forge, PullsParams, TickParams } from '../../forge.ts';
import { tickItem } from '../../tick-item.ts';
import type { GitHubClient } from '../http/client.ts';
import type { Mirror } from '../repository/mirror.ts';
import type { KnownRepository } from '../repository/open-repository.ts';
import { mostAsked, pullAnswer, pullQuery, pullReport } from '../pulls/pull-query.ts';
import { readPullStanding } from '../pulls/pull-standing.ts';
import type { GitHubRepository } from '../repository/place.ts';

export type ClosingParams = {
  readonly client: GitHubClient;
  readonly repository: KnownRepository;
  readonly mirror: Mirror;
};

/** What GitHub does when work is merged. */
export function openClosing(
  params: ClosingParams,
): Pick<Forge, 'mergedPulls' | 'tickItems' | 'closeIssue' | 'removeBranch'> {
  const { client, repository } = params;
  return {
    mergedPulls: (pulls) => mergedPulls(params, pulls),
    tickItems: (ticked) => tickItems(client, repository, ticked),
    closeIssue: (number) => closeIssue(params, number),
    removeBranch: (branch) => removeBranch(params, branch),
  };
}

async function mergedPulls(
  { client, repository: { owner, repo } }: ClosingParams,
  { numbers, into }: PullsParams,
): Promise<readonly number[]> {
  const merged: number[] = [];
  for (let from = 0; from < numbers.length; from += mostAsked) {
    const query = pullQuery(numbers.slice(from, from + mostAsked));
    const { repository } = await client.graphql(pullAnswer, query, { owner, repo });
    const reports = Object.values(repository).flatMap((data) =>
      data === null ? [] : [pullReport(data)],
    );
    const isMerged = ({ state, base }: (typeof reports)[number]): boolean =>
      state === 'merged' && base === into;
    merged.push(...reports.filter(isMerged).map(({ number }) => number));
  }
  return merged;
}

/** GitHub closes what a pull request closes only when that went into the default branch. */
async function closeIssue(
  { client, repository: { owner, repo } }: ClosingParams,
  number: number,
): Promise<void> {
  const place = { owner, repo, issue_number: number };
  try {
    const { data } = await client.rest.issues.get(place);
    if (data.state === 'open')
      await client.rest.issues.update({ ...place, state: 'closed', state_reason: 'completed' });
  } catch (error) {
    const isGone =
      error instanceof ForgeError && ['not-found', 'issues-off'].includes(error.forge.kind);
    if (!isGone) throw error;
  }
}

async function removeBranch(params: ClosingParams, wanted: BranchParams): Promise<string | null> {
  const { client, repository, mirror } = params;
  const { state, branch, head, isFromFork } = await readPullStanding(
    client,
    repository,
    wanted.number,
  );
  if (isFromFork) return null;
  const at = await mirror.remoteSha(branch);
  if (at === null) return null;
  if (state !== 'merged') return `${branch} stays: its pull request is not merged`;
  if (at !== head) return `${branch} stays: something was pushed to it after it was merged`;
  const others = await retarget(params, branch, wanted);
  if (others.length > 0)
    return `${branch} stays: ${others.map((number) => `#${number}`).join(', ')} goes into it`;
  try {
    await mirror.remove({ branch, at });
    return null;
  } catch (error) {
    const isKept =
      error instanceof ForgeError &&
      ['protected-branch', 'push-refused', 'not-allowed', 'branch-moved'].includes(
        error.forge.kind,
      );
    if (!isKept) throw error;
    return `${branch} stays: ${error.message}`;
  }
}

/** Lets our own pull requests that are stacked on a branch go into the base instead; gives the others, which are not ours to move. */
async function retarget(
  { client, repository: { owner, repo } }: ClosingParams,
  branch: string,
  { into, ours }: BranchParams,
): Promise<readonly number[]> {
  const { data } = await client.rest.pulls.list({
    ...{ owner, repo, base: branch, state: 'open', per_page: 100 },
  });
  const others: number[] = [];
  for (const { number } of data) {
    if (ours.includes(number))
      await client.rest.pulls.update({ owner, repo, pull_number: number, base: into });
    else others.push(number);
  }
  return others;
}

/** A master issue is read with its title as a heading, and an empty line, before its body. */
const linesBeforeBody = 2;

/** Ticks items of a master issue in its body as it is now. */
async function tickItems(
  client: GitHubClient,
  { owner, repo }: GitHubRepository,
  params: TickParams,
): Promise<void> {
  const place = { owner, repo, issue_number: params.number };
  const { data } = await client.rest.issues.get(place);
  const before = data.body ?? '';
  const after = params.items
    .map(({ line, title }) => ({ line: line - linesBeforeBody, title }))
    .reduce(tickItem, before);
  if (after !== before) await client.rest.issues.update({ ...place, body: after });
}
